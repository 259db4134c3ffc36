/**
 * A disk as a power cut may leave it, at any point of its write log. A disk keeps what it was told to flush; of the
 * rest, in its own memory, it may have written all, nothing, or any part in any order, the last sector-wise torn.
 */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { drawnIndex, type Random } from '../../../models/population/learners/seeded-random.ts';
import { type LoggedRequest, SECTOR } from './write-log.ts';

/** What became of the requests that were not flushed. */
export const CUT_MODELS = ['everythingWritten', 'onlyFlushed', 'someWritten'] as const;

export type CutModel = (typeof CUT_MODELS)[number];

export interface Patch {
  readonly at: number;
  readonly bytes: Buffer;
}

export interface CutDisk {
  /** Takes the requests up to this one, this one not included; never back. */
  goTo(request: number): void;
  /** Requests that no flush covers yet. */
  unflushed(): number;
  /** Writes the disk as an image file. */
  writeImage(path: string, model: CutModel, random: Random): void;
}

/** Images are written in pieces of this size, and only where something was ever written: the rest is a hole. */
const PIECE = 65_536;

/** `start` is the disk before the first request; it is changed. */
export function createCutDisk(start: Buffer, requests: readonly LoggedRequest[]): CutDisk {
  const used = new Set<number>();
  const nothing = Buffer.alloc(PIECE);
  for (let at = 0; at < start.length; at += PIECE) {
    const piece = start.subarray(at, at + PIECE);
    if (!piece.equals(nothing.subarray(0, piece.length))) used.add(at / PIECE);
  }
  let taken = 0;
  let inMemory: LoggedRequest[] = [];

  function keep({ at, bytes }: Patch): void {
    bytes.copy(start, at);
    for (let piece = Math.floor(at / PIECE); piece * PIECE < at + bytes.length; piece += 1) used.add(piece);
  }

  return {
    goTo(request) {
      for (; taken < request; taken += 1) {
        const next = requests[taken]!;
        if (next.kind === 'flush') {
          for (const each of inMemory) keep(patchOf(each));
          inMemory = [];
        } else inMemory.push(next);
      }
    },
    unflushed: () => inMemory.length,
    writeImage(path, model, random) {
      const file = openSync(path, 'w');
      try {
        ftruncateSync(file, start.length);
        for (const piece of used) {
          writeSync(file, start, piece * PIECE, Math.min(PIECE, start.length - piece * PIECE), piece * PIECE);
        }
        for (const { at, bytes } of survivors(inMemory, model, random))
          writeSync(file, bytes, 0, bytes.length, at);
      } finally {
        closeSync(file);
      }
    },
  };
}

/** Of requests that no flush covers, what reached the disk, in order. Those with FUA always do. */
export function survivors(
  requests: readonly LoggedRequest[],
  model: CutModel,
  random: Random,
): readonly Patch[] {
  switch (model) {
    case 'everythingWritten':
      return requests.map(patchOf);
    case 'onlyFlushed':
      return requests.filter(({ isFua }) => isFua).map(patchOf);
    case 'someWritten': {
      const some = requests.filter(({ isFua }) => isFua || random() < 0.5);
      const last = some.at(-1);
      if (last === undefined || last.isFua) return some.map(patchOf);
      const { at, bytes } = patchOf(last);
      const whole = drawnIndex(random, bytes.length / SECTOR) * SECTOR;
      return [...some.slice(0, -1).map(patchOf), { at, bytes: bytes.subarray(0, whole) }];
    }
  }
}

/** A discarded range reads as zeros, here as on QEMU's disk; where a discard is lost, as what was there. */
function patchOf({ kind, at, length, bytes }: LoggedRequest): Patch {
  return { at, bytes: kind === 'discard' ? Buffer.alloc(length) : bytes };
}
