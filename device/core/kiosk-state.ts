/** What the kiosk knows, what can happen to it and what it can ask for. How one leads to the other: `kiosk.ts`. */
import type { Emotion, PerEmotion } from '../../models/emotions.ts';
import type { EventStamp, JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import type { ButtonId, ChosenSong, SongId, Track } from './ports.ts';

/** What is missing; each is shown on the lamps and told to the caregiver, none stops the rest. */
export type Fault = 'noMusic' | 'noSound' | 'journal' | 'population' | 'stuckButton';

export interface KioskSettings {
  readonly buttons: readonly {
    readonly id: ButtonId;
    readonly emotion: Emotion;
    /** This button's own, where it has one. */
    readonly holdToStopMs?: number | undefined;
  }[];
  /** How long a button is held to stop the music. */
  readonly holdToStopMs: number;
  readonly fadeInMs: number;
  readonly fadeOutMs: number;
  /** How long the confirming light stays. */
  readonly confirmMs: number;
}

/** What a caregiver may change while the box runs. */
export type AdjustableSettings = Pick<KioskSettings, 'holdToStopMs' | 'fadeInMs' | 'fadeOutMs'>;

export interface Playing {
  readonly kind: 'playing';
  readonly playId: number;
  readonly chosen: ChosenSong;
  readonly emotion: Emotion;
  readonly requestedBy: ButtonId;
  /** The press that asked for it. */
  readonly pressId: number;
  /** Monotonic time of the first sample; the press itself until the player reports. */
  readonly startedAtMs: number;
  readonly isHeard: boolean;
}

/** A selection that is not learnt yet: it may still become a hold, or still be on its way to the disk. */
export interface PendingSelection {
  readonly pressId: number;
  readonly songId: SongId;
  readonly emotion: Emotion;
  readonly isReleased: boolean;
  readonly storedAs: JournalPosition | undefined;
}

/** Where in the journal an event is. */
export type JournalPosition = Pick<EventStamp, 'epoch' | 'seq'>;

/** The song a request chose cannot be played; another one is being chosen in its place. */
export interface Replacing {
  readonly kind: 'replacing';
  readonly emotion: Emotion;
  readonly requestedBy: ButtonId;
  readonly pressId: number;
}

export interface KioskState {
  readonly settings: KioskSettings;
  readonly activity: { readonly kind: 'idle' } | Playing | Replacing;
  /** Buttons that are down, with the press that put them there. */
  readonly down: Readonly<Record<ButtonId, number>>;
  /** Presses on their way to the disk. */
  readonly storing: Readonly<Record<ButtonId, number>>;
  /** Presses being confirmed by light. */
  readonly confirming: Readonly<Record<ButtonId, number>>;
  readonly selections: readonly PendingSelection[];
  /** The song each emotion gets on the next request. */
  readonly choices: Partial<Readonly<Record<Emotion, ChosenSong>>>;
  /** Songs that failed to play since the boot; not chosen again. */
  readonly broken: readonly SongId[];
  readonly faults: readonly Fault[];
  /** Buttons that have been down for longer than anybody presses. */
  readonly stuck: readonly ButtonId[];
  readonly lastPressId: number;
  readonly lastPlayId: number;
}

export type KioskEvent =
  | { readonly kind: 'pressed'; readonly button: ButtonId; readonly atMs: number }
  | { readonly kind: 'released'; readonly button: ButtonId; readonly atMs: number }
  | { readonly kind: 'buttonStuck' | 'buttonFreed'; readonly button: ButtonId; readonly atMs: number }
  | {
      readonly kind: 'holdElapsed';
      readonly button: ButtonId;
      readonly pressId: number;
      readonly atMs: number;
    }
  | { readonly kind: 'confirmElapsed'; readonly button: ButtonId; readonly pressId: number }
  | {
      readonly kind: 'pressStored';
      readonly button: ButtonId;
      readonly pressId: number;
      readonly storedAs: JournalPosition;
    }
  | { readonly kind: 'pressNotStored'; readonly button: ButtonId; readonly pressId: number }
  | {
      readonly kind: 'songsChosen';
      readonly choices: Partial<Readonly<Record<Emotion, ChosenSong>>>;
      readonly atMs: number;
      /** What the model now says of the song that plays. */
      readonly playing?: { readonly songId: SongId; readonly predicted: PerEmotion };
    }
  | { readonly kind: 'songStarted'; readonly playId: number; readonly atMs: number }
  | { readonly kind: 'songEnded'; readonly playId: number; readonly atMs: number }
  | {
      readonly kind: 'songFailed' | 'songMissed';
      readonly playId: number;
      readonly reason: string;
      readonly atMs: number;
    }
  | { readonly kind: 'soundReady'; readonly sink: string; readonly atMs: number }
  | { readonly kind: 'soundLost'; readonly reason: string; readonly atMs: number }
  | { readonly kind: 'settingsChanged'; readonly settings: AdjustableSettings }
  /** Everything of the child was erased: a selection the journal no longer holds must not be learnt. */
  | { readonly kind: 'childForgotten' }
  | { readonly kind: 'faultRaised'; readonly fault: Fault }
  | { readonly kind: 'faultCleared'; readonly fault: Fault };

export type KioskEffect =
  | { readonly kind: 'play'; readonly playId: number; readonly track: Track; readonly fadeInMs: number }
  | { readonly kind: 'stopSound'; readonly fadeOutMs: number }
  /** Write to the journal; with `press`, answer by pressStored or pressNotStored. */
  | {
      readonly kind: 'record';
      readonly entry: JournalEntry;
      readonly atMs: number;
      readonly press?: { readonly button: ButtonId; readonly pressId: number };
    }
  | {
      readonly kind: 'learn';
      readonly songId: SongId;
      readonly emotion: Emotion;
      /** The journal's event this is learnt from. */
      readonly learntFrom: JournalPosition;
    }
  /** Choose each emotion's next song anew, leaving out the broken ones; answer by songsChosen. */
  | { readonly kind: 'chooseAgain'; readonly broken: readonly SongId[] }
  | {
      readonly kind: 'startTimer';
      readonly timer: 'hold' | 'confirm';
      readonly button: ButtonId;
      readonly pressId: number;
      readonly afterMs: number;
    };

export type Step = readonly [state: KioskState, effects: readonly KioskEffect[]];
