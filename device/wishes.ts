/**
 * What the server wishes of this box, put together: a caregiver's settings, a newer population model, a child's
 * withdrawal. Each wish is taken, told to people in plain words, and kept by the part that knows how; this file only
 * says who does what. The box needs none of it to work.
 */
import type { Logger } from 'pino';
import type { WantedModel } from '../sync-server/protocol/downlink.ts';
import type { Announcement } from './announcements.ts';
import type { BoxFiles } from './box-files.ts';
import type { CaregiverSettings } from './caregiver-settings.ts';
import type { ModelKeeper } from './learning/model-keeper.ts';
import {
  confirmWithdrawal,
  type Downlink,
  downloadModel,
  type NotNow,
  startDownlink,
} from './sync/downlink.ts';
import type { Timers } from './sync/exchange.ts';
import type { Identity } from './sync/identity-file.ts';
import type { ServerCalls } from './sync/server-calls.ts';
import { createWithdrawal, type WithdrawalNote } from './withdrawal.ts';

export interface WishParts {
  readonly files: BoxFiles;
  readonly settings: CaregiverSettings;
  readonly models: ModelKeeper;
  /** Erases what the child left in the box but for settings and models, which are seen to here. May be done again. */
  readonly eraseChild: () => Promise<void>;
  readonly say: (announcement: Announcement) => void;
  readonly log: Logger;
}

/** The way to one server. */
export interface WishSource {
  readonly identity: Identity;
  readonly calls: Pick<ServerCalls, 'request' | 'download'>;
  readonly timers: Timers;
  readonly random: () => number;
  /** Nothing of the journal is sent any more once it resolves. */
  readonly stopSending: () => Promise<void>;
  /** Removes the identity, its keys among it, for good. */
  readonly forgetIdentity: () => Promise<void>;
  /** Ends `calls`, and what waits between them. */
  readonly stop: AbortSignal;
}

export interface Wishes {
  /** Whether this box has erased, or began to erase, the child it was enrolled for: nothing is sent in that name. */
  isWithdrawn(identity: Identity): boolean;
  /** Begins to fetch what one server wishes; once. */
  follow(source: WishSource): Downlink;
  /** The child has made so many presses. */
  pressed(presses: number): void;
  close(): Promise<void>;
}

/** Finishes an erasure that a power cut left unfinished, before anything else happens. */
export async function createWishes(parts: WishParts): Promise<Wishes> {
  const { files, settings, models, say, log } = parts;
  let stopSending = async (): Promise<void> => {};
  let forgetIdentity = async (): Promise<void> => {};
  const withdrawal = createWithdrawal(files, {
    stopUplink: () => stopSending(),
    removeIdentity: () => forgetIdentity(),
    async erase() {
      await models.forgetChild();
      await parts.eraseChild();
      await settings.forget();
    },
  });

  let note = await withdrawal.pending();
  if (note !== undefined && !note.isErased) await erase(note);

  async function erase(order: Pick<WithdrawalNote, 'orderId' | 'deviceId'>): Promise<void> {
    // From the first moment on nothing is sent in this child's name.
    note = { ...order, isErased: false };
    note = await withdrawal.erase(order, order.deviceId);
    say(
      wishLine(
        'The child of this box was withdrawn: all presses and all that was learnt from them are erased here. ' +
          'The songs stay, and the box begins anew.',
        { orderId: order.orderId },
      ),
    );
  }

  async function takeModel(
    { identity, calls }: WishSource,
    wanted: WantedModel,
  ): Promise<NotNow | undefined> {
    const taking = await models.take(wanted, identity.modelKey, () => downloadModel(calls, wanted));
    switch (taking.kind) {
      case 'unchanged':
        return undefined;
      case 'notNow':
        return { reason: `the new model: ${taking.reason}` };
      case 'taken':
        say(
          wishLine(
            'A newer model of what most people hear in songs has come; the box uses it from its next start on.',
            { modelId: taking.modelId },
          ),
        );
        return undefined;
      case 'refused':
        say(
          wishLine(`The model the server offers is not taken: ${taking.reason}.`, {
            modelId: taking.modelId,
          }),
        );
        return undefined;
    }
  }

  /** What an order asks for, or what is left of it; ends with the box on its own. */
  async function withdraw(source: WishSource, orderId: string): Promise<NotNow | undefined> {
    const { deviceId } = source.identity;
    const isErased = note?.orderId === orderId && note.deviceId === deviceId && note.isErased;
    if (!isErased) await erase({ orderId, deviceId });
    const isConfirmed = await confirmWithdrawal({ ...source, orderId, onWaiting });
    if (!isConfirmed) return { reason: 'the box was stopped' };
    await withdrawal.finish();
    say(
      wishLine('The server knows that all is erased. This box belongs to no server any more.', { orderId }),
    );
    return undefined;
  }

  /** People need not know: the uplink tells them whether the server can be reached. */
  function onWaiting(reason: string, retryInMs: number): void {
    log.info({ event: 'downlinkWaiting', reason, retryInMs });
  }

  return {
    isWithdrawn: ({ deviceId }) => note?.deviceId === deviceId,
    follow(source) {
      ({ stopSending, forgetIdentity } = source);
      if (note?.deviceId === source.identity.deviceId) {
        const { orderId } = note;
        return finishing(() => withdraw(source, orderId), log);
      }
      return startDownlink({
        ...source,
        onWaiting,
        async takeSettings(wanted) {
          const change = await settings.receive(source.identity.deviceId, wanted);
          if (change === undefined) return undefined;
          const { version, unknown } = change;
          const but = unknown.length === 0 ? '' : `; this box does not know or allow: ${unknown.join(', ')}`;
          say(wishLine(`Settings made at the server are in force between songs${but}.`, { version }));
          return undefined;
        },
        takeModel: (wanted) => takeModel(source, wanted),
        takeWithdrawal: ({ orderId }) => withdraw(source, orderId),
      });
    },
    pressed(presses) {
      models.look(presses).then(
        (look) => {
          if (look.kind === 'unchanged') return;
          const text =
            'The newer model foretold this child less well than the one before; the box goes back to that at its next start.';
          say(wishLine(text, { modelId: look.modelId }));
        },
        (error: Error) => log.warn({ event: 'modelLookFailed', reason: error.message }),
      );
    },
    close: () => models.close(),
  };
}

/** A damaged journal that was set aside at some start (storage/database.ts) holds presses as the one in use does. */
export async function eraseSetAside(files: BoxFiles): Promise<void> {
  const names = await files.list('');
  for (const name of names.filter((each) => each.includes('.damaged-'))) await files.remove(name);
}

/** In place of a downlink, where all that is left is to finish a withdrawal. */
function finishing(finish: () => Promise<NotNow | undefined>, log: Logger): Downlink {
  const finished = finish().catch((error: Error) => {
    // What is left to do is on the card, and done at the next start.
    log.error({ event: 'withdrawalUnfinished', reason: error.message });
  });
  return { heardOf: () => {}, close: async () => void (await finished) };
}

function wishLine(text: string, fields: Announcement['fields']): Announcement {
  return { kind: 'server', text, fields };
}
