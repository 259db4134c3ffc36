/** What the uplink of a box in the world stands on: the real journal without the storage worker between, calls that are counted. */
import type { Outbox } from '../../device/core/ports.ts';
import type { ServerCalls } from '../../device/sync/server-calls.ts';
import type { BoxClock } from './box-clock.ts';
import type { OpenCard } from './card.ts';

/** The real journal as the uplink's outbox, without the storage worker between. */
export function createOutbox({ table }: OpenCard, clock: BoxClock): Outbox {
  return {
    pending: async (limit) => table.pending(limit),
    acknowledge: async (through, serverMs) => table.acknowledge(through, serverMs),
    rewind: async (to, generation) => table.rewind(to, generation),
    generation: async () => table.generation(),
    chainsAfter: async (events) => table.chainsAfter(events),
    epochs: async () => table.epochs(),
    beginEpoch: async (epoch) => table.beginEpoch(clock.moment(), epoch),
  };
}

/** The same calls, counted while they run. */
export function counted(calls: ServerCalls, count: (by: 1 | -1) => void): ServerCalls {
  return new Proxy(calls, {
    get(target, name, receiver) {
      const call = Reflect.get(target, name, receiver) as (...values: unknown[]) => Promise<unknown>;
      return async (...values: unknown[]) => {
        count(1);
        try {
          return await Reflect.apply(call, target, values);
        } finally {
          count(-1);
        }
      };
    },
  });
}
