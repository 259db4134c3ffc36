/**
 * A gate before every await of a machine that leaves its memory: the n-th one from now can crash the machine, fail, or
 * take long, before or after its effect. Between two gates a machine only computes, so these are all the places where a
 * power cut can be told from another.
 */
import type { Timers } from '../../device/sync/exchange.ts';

/** What happens at a gate. After: the effect is on disk, and whoever asked never hears of it. */
export const MISHAPS = ['crashBefore', 'crashAfter', 'failBefore', 'failAfter', 'slow'] as const;

export type Mishap = (typeof MISHAPS)[number];

/** How long a slow disk takes: longer than a request may. */
const SLOW_MS = 25_000;

export interface Gate {
  /** Every call through the gate; rejects or never settles once the machine is gone. */
  pass<T>(run: () => T | Promise<T>, where?: PassOptions): Promise<T>;
  /** The mishap befalls the `count`-th pass from now (1: the next). Replaces an earlier one. */
  arm(mishap: Mishap, count: number): void;
  disarm(): void;
  /** Passes that are under way and do not wait for time. */
  inFlight(): number;
  /** Passes that wait for a slow disk. */
  asleep(): number;
  /** The machine is gone. */
  shut(): void;
  isShut(): boolean;
}

export interface PassOptions {
  /** A lock is held here that a witness needs too: what would be slow fails instead. */
  readonly holdsLock?: boolean;
}

export interface GateParts {
  readonly timers: Timers;
  readonly onCrash: () => void;
  /** What a failing disk says. */
  readonly failure: () => Error;
  /** What those who still wait get when the machine is gone: nothing ever, or a rejection so that locks are let go. */
  readonly whenShut: 'silence' | 'rejection';
}

export function createGate({ timers, onCrash, failure, whenShut }: GateParts): Gate {
  let armed: { readonly mishap: Mishap; count: number } | undefined;
  let inFlight = 0;
  let isShut = false;
  const sleepers = new Set<() => void>();

  const gone = (): Promise<never> =>
    whenShut === 'silence' ? new Promise(() => {}) : Promise.reject(new Error('the machine is gone'));

  function befalls(): Mishap | undefined {
    if (armed === undefined) return undefined;
    armed.count -= 1;
    if (armed.count > 0) return undefined;
    const { mishap } = armed;
    armed = undefined;
    return mishap;
  }

  function shut(): void {
    isShut = true;
    for (const wake of sleepers) wake();
  }

  function crash(): Promise<never> {
    shut();
    onCrash();
    return gone();
  }

  function sleep(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        sleepers.delete(wake);
        resolve();
      };
      sleepers.add(wake);
      timers.after(SLOW_MS, wake);
    });
  }

  async function settle<T>(run: () => T | Promise<T>, mishap: Mishap | undefined): Promise<T> {
    await Promise.resolve();
    if (isShut) return gone();
    if (mishap === 'crashBefore') return crash();
    if (mishap === 'failBefore') throw failure();
    const result = await run();
    if (isShut) return gone();
    if (mishap === 'crashAfter') return crash();
    if (mishap === 'failAfter') throw failure();
    return result;
  }

  return {
    async pass(run, { holdsLock = false } = {}) {
      if (isShut) return gone();
      const befallen = befalls();
      const mishap = befallen === 'slow' && holdsLock ? 'failBefore' : befallen;
      if (mishap === 'slow') await sleep();
      if (isShut) return gone();
      inFlight += 1;
      const settled = settle(run, mishap);
      const leave = (): void => {
        inFlight -= 1;
      };
      if (mishap === 'crashBefore' || mishap === 'crashAfter') leave();
      else settled.then(leave, leave);
      return settled;
    },
    arm(mishap, count) {
      armed = { mishap, count };
    },
    disarm() {
      armed = undefined;
    },
    inFlight: () => (isShut ? 0 : inFlight),
    asleep: () => (isShut ? 0 : sleepers.size),
    shut,
    isShut: () => isShut,
  };
}

/** The same port with every method behind the gate. */
export function behindGate<Port extends object>(port: Port, gate: Gate): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...values: readonly unknown[]) => gate.pass(() => Reflect.apply(member, target, values));
    },
  });
}
