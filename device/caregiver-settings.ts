/**
 * Settings a caregiver made at the server, on this box: kept in one file, laid over the device file's, in force between
 * songs and again after every start, with or without a network.
 */
import { z } from 'zod';
import { wantedSettingsSchema } from '../sync-server/protocol/downlink.ts';
import type { JournalEntry } from '../sync-server/protocol/journal-event.ts';
import type { BoxFiles } from './box-files.ts';
import { type KnownSettings, parseReceivedSettings } from './core/received-settings.ts';

export const RECEIVED_SETTINGS_FILE = 'received-settings.json';

const keptSchema = wantedSettingsSchema.extend({
  /** Versions are counted for each box the server knows; another identity begins anew. */
  deviceId: z.uuid(),
});

type Kept = z.infer<typeof keptSchema>;

export interface ReceivedSettingsChange {
  readonly version: number;
  /** Names of those this box does not know or finds out of range. */
  readonly unknown: readonly string[];
}

export interface CaregiverSettings {
  /** What is set from afar; the rest is the device file's. */
  inForce(): KnownSettings;
  /** The server's wish; undefined where it is in force already. Durable, journalled and applied once it resolves. */
  receive(
    deviceId: string,
    wanted: z.infer<typeof wantedSettingsSchema>,
  ): Promise<ReceivedSettingsChange | undefined>;
  /** The device file's settings hold again. */
  forget(): Promise<void>;
}

/** Reads what is kept; a file that cannot be read counts as none, since the server still has it. */
export async function loadCaregiverSettings(parts: {
  readonly files: BoxFiles;
  /** Resolves once the entry is durable in the journal. */
  readonly remember: (entry: JournalEntry) => Promise<void>;
  /** Told whenever other settings are in force. */
  readonly apply: (settings: KnownSettings) => void;
}): Promise<CaregiverSettings> {
  const { files, remember, apply } = parts;
  let kept = parseKept(await files.read(RECEIVED_SETTINGS_FILE).catch(() => undefined));
  const inForce = (): KnownSettings => parseReceivedSettings(kept?.values ?? {}).known;
  return {
    inForce,
    async receive(deviceId, { version, values }) {
      if (kept?.version === version && kept.deviceId === deviceId) return undefined;
      const { unknown } = parseReceivedSettings(values);
      const next: Kept = { deviceId, version, values };
      // Journal before file: cut off in between, it is done again, and told twice rather than never.
      await remember({ kind: 'settingsApplied', version, unknown: [...unknown] });
      await files.writeWhole(RECEIVED_SETTINGS_FILE, `${JSON.stringify(next, null, 2)}\n`);
      kept = next;
      apply(inForce());
      return { version, unknown };
    },
    async forget() {
      await files.remove(RECEIVED_SETTINGS_FILE);
      kept = undefined;
      apply({});
    },
  };
}

function parseKept(bytes: Uint8Array | undefined): Kept | undefined {
  try {
    return keptSchema.parse(JSON.parse(Buffer.from(bytes ?? []).toString('utf8')));
  } catch {
    return undefined;
  }
}
