/** The sink of a machine without sound: takes everything, plays nothing; the pump keeps real time. */
import type { OpenSink, Sink } from './sink.ts';

export const silentSink: Sink = {
  name: 'silent',
  slackMs: 0,
  hasOwnClock: false,
  backlogMs: 0,
  write() {},
  async close() {},
};

export const openSilentSink: OpenSink = async () => silentSink;
