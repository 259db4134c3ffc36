/**
 * The box's side of the population model, which is asked in a process of its own: it is there while songs are new, and
 * its memory is the system's again soon after. A model that brings its process down is an answer, and the box goes on.
 */
import type { Prior } from '../../models/child/prior.ts';
import type { PopulationModel } from '../../models/population/population-model.ts';
import { compiledEntry } from '../compiled-entry.ts';
import { type SideProcess, startSideProcess } from '../side-process.ts';
import type {
  PopulationAnswer,
  PopulationRequest,
  PopulationUnavailable,
  PopulationUnusable,
} from './population-messages.ts';

/** The process ends when it was asked nothing for so long: it takes 50 MB, and a second or two of a Pi to start again. */
const IDLE_MS = 5_000;

/** Opening takes 0.3 s on a desktop and seconds on a Pi whose card is slow; ten-fold, and it hangs. */
const HANGS_AFTER_MS = 60_000;

/** The graph and its leaves lie in native memory. */
const MAX_HEAP_MB = 64;

export type OpenedAside =
  | { readonly kind: 'opened'; readonly population: PopulationModel; readonly prior: Prior | undefined }
  | PopulationUnusable
  | PopulationUnavailable;

/** The parts of a `SideProcess` that are needed. */
export type PopulationProcess = Pick<SideProcess, 'postMessage' | 'on' | 'terminate'>;

/** Starts `population-process.ts` from its compiled form. */
export function startPopulationProcess(): PopulationProcess {
  return startSideProcess(compiledEntry(import.meta.url, './population-process.ts'), {
    maxHeapMb: MAX_HEAP_MB,
    isWaitedFor: true,
  });
}

/**
 * Opens the model in the file at `path`, null for the one that ships. Never rejects; the population's `predict` does,
 * with a clause for people, where its process fails.
 */
export async function openPopulationAside(
  path: string | null,
  start: () => PopulationProcess = startPopulationProcess,
): Promise<OpenedAside> {
  let asked: Asked | undefined;
  let underWay = 0;
  let idle: NodeJS.Timeout | undefined;

  /** A process in which the model is being opened, or is open. */
  function running(): Asked {
    if (asked?.hasEnded() !== false) asked = startAsked(start(), { kind: 'open', path });
    return asked;
  }

  async function ask(request?: PopulationRequest): Promise<PopulationAnswer> {
    clearTimeout(idle);
    underWay += 1;
    const current = running();
    const opened = await current.opened;
    const answer = request === undefined || opened.kind !== 'opened' ? opened : await current.ask(request);
    underWay -= 1;
    if (underWay === 0) idle = setTimeout(current.end, IDLE_MS).unref();
    return answer;
  }

  const opened = await ask();
  switch (opened.kind) {
    case 'opened': {
      const { id, featureVersion, prior } = opened;
      const predict: PopulationModel['predict'] = async (songs) => {
        const answer = await ask({ kind: 'predict', rows: songs.map((features) => Array.from(features)) });
        if (answer.kind === 'opinions') return answer.opinions;
        throw new Error('reason' in answer ? answer.reason : 'it did not answer');
      };
      return { kind: 'opened', population: { id, featureVersion, predict }, prior };
    }
    case 'unusable':
    case 'unavailable':
      return opened;
    default: {
      const reason = 'reason' in opened ? opened.reason : 'it did not answer';
      return {
        kind: 'unavailable',
        reason: `asking the population model failed: ${reason}`,
        hint: 'Start the box again; if it happens again, install the program again.',
      };
    }
  }
}

/** One life of the process. */
interface Asked {
  readonly opened: Promise<PopulationAnswer>;
  /** Never rejects. */
  ask(request: PopulationRequest): Promise<PopulationAnswer>;
  hasEnded(): boolean;
  end(): void;
}

function startAsked(process: PopulationProcess, first: PopulationRequest): Asked {
  const waiting: ((answer: PopulationAnswer) => void)[] = [];
  let hasEnded = false;

  function giveUp(reason: string): void {
    hasEnded = true;
    for (const answer of waiting.splice(0)) answer({ kind: 'failed', reason });
  }

  function ask(request: PopulationRequest): Promise<PopulationAnswer> {
    return new Promise((resolve) => {
      const watchdog = setTimeout(() => {
        giveUp(`it gave no answer for ${HANGS_AFTER_MS / 1000} seconds`);
        void process.terminate();
      }, HANGS_AFTER_MS);
      waiting.push((answer) => {
        clearTimeout(watchdog);
        resolve(answer);
      });
      process.postMessage(request);
    });
  }

  process.on('message', (answer: PopulationAnswer) => waiting.shift()?.(answer));
  process.on('exit', ({ how }) => giveUp(`its process ${how}`));
  return {
    opened: ask(first),
    ask,
    hasEnded: () => hasEnded,
    end() {
      hasEnded = true;
      void process.terminate();
    },
  };
}
