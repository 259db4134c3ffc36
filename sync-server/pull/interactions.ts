/**
 * interactions.csv: one row a press. A selection that its own hold withdrew stays a row, and says so.
 */
import { EMOTIONS, type Emotion } from '../../models/emotions.ts';
import { comparePositions } from '../protocol/position.ts';
import type { Column } from './csv.ts';
import { integer, number, predictedColumns, type SiteRow, STAMP_COLUMNS, text } from './event-columns.ts';

/** What a press was: asked for a song, named one, or got light but no sound. */
const INTERACTION_KINDS = { requested: 'request', selected: 'selection', unanswered: 'unanswered' } as const;

/** One press with what followed. */
export interface Interaction {
  readonly row: SiteRow;
  readonly interaction: (typeof INTERACTION_KINDS)[keyof typeof INTERACTION_KINDS];
  readonly pressId: number;
  readonly button: string;
  readonly emotion: Emotion;
  readonly songId: string | undefined;
  readonly positionMs: number | undefined;
  readonly predicted: readonly number[] | undefined;
  readonly propensity: number | undefined;
  readonly reason: string | undefined;
  readonly isWithdrawn: boolean;
  /** What was heard instead, where the song of a request could not be played. */
  readonly replacedBy: string | undefined;
}

export interface InteractionCollector {
  add(row: SiteRow): void;
  /** Every press, by device and place in its journal; call it once all rows were added. */
  interactions(): readonly Interaction[];
}

/** Collects presses and withdrawals as rows go by, in any order. Memory: one entry a press. */
export function createInteractionCollector(): InteractionCollector {
  const presses: Interaction[] = [];
  /** `device boot press` of a withdrawn selection, and where the withdrawal stands: it must come later. */
  const withdrawals = new Map<string, SiteRow>();
  /** `device boot press` of a request whose song could not be played, and the latest song in its place. */
  const replacements = new Map<string, { readonly row: SiteRow; readonly songId: string }>();

  return {
    add(row) {
      const press = rowToPress(row);
      if (press !== undefined) presses.push(press);
      const { entry } = row.event;
      if (entry.kind === 'replaced') {
        const replaced = pressKey(row, entry.pressId);
        const earlier = replacements.get(replaced);
        if (earlier === undefined || compareRows(earlier.row, row) < 0) {
          replacements.set(replaced, { row, songId: entry.songId });
        }
      }
      if (entry.kind !== 'stopped' || entry.withdrawnPressId === undefined) return;
      const key = pressKey(row, entry.withdrawnPressId);
      const known = withdrawals.get(key);
      if (known === undefined || compareRows(known, row) < 0) withdrawals.set(key, row);
    },
    interactions() {
      return presses
        .sort((a, b) => compareRows(a.row, b.row))
        .map((press) => {
          const withdrawal = withdrawals.get(pressKey(press.row, press.pressId));
          const isWithdrawn =
            press.interaction === 'selection' &&
            withdrawal !== undefined &&
            compareRows(press.row, withdrawal) < 0;
          const replacedBy = replacements.get(pressKey(press.row, press.pressId))?.songId;
          return { ...press, isWithdrawn, replacedBy };
        });
    },
  };
}

/** Columns of interactions.csv. */
export const INTERACTION_COLUMNS: readonly Column<Interaction>[] = [
  ...STAMP_COLUMNS.map((column) => ({ ...column, value: ({ row }: Interaction) => column.value(row) })),
  text(
    'interaction',
    'What the press was: asked for a song, said how the playing song feels, or got light but no sound',
    Object.values(INTERACTION_KINDS).join(' | '),
    (press) => press.interaction,
  ),
  integer('press_id', 'Counts the presses of a boot', '>= 1', (press) => press.pressId),
  text('button', 'Button pressed', '', (press) => press.button),
  text(
    'emotion',
    'Emotion of the button: what was asked for, or what the child calls the song',
    EMOTIONS.join(' | '),
    (press) => press.emotion,
  ),
  text(
    'song_id',
    'Content hash of the song chosen or playing',
    '32 hexadecimal digits',
    (press) => press.songId,
  ),
  number(
    'position_ms',
    'How long the song had played (selection)',
    'ms',
    '>= 0',
    (press) => press.positionMs,
  ),
  ...predictedColumns<Interaction>((press) => press.predicted),
  number(
    'propensity',
    'Probability with which the box chose this song (request)',
    '',
    '0 to 1',
    (press) => press.propensity,
  ),
  text(
    'reason',
    'Why there was no sound (unanswered)',
    'noMusic | resting | notReady',
    (press) => press.reason,
  ),
  text(
    'replaced_by',
    'Content hash of the song heard instead, where the chosen one could not be played (request)',
    '32 hexadecimal digits',
    (press) => press.replacedBy,
  ),
  text(
    'withdrawn',
    'Whether the press was the beginning of a hold that stopped the song, and so no selection',
    'yes | no',
    (press) => press.isWithdrawn,
  ),
];

function rowToPress(row: SiteRow): Interaction | undefined {
  const { entry } = row.event;
  if (entry.kind !== 'requested' && entry.kind !== 'selected' && entry.kind !== 'unanswered')
    return undefined;
  return {
    row,
    interaction: INTERACTION_KINDS[entry.kind],
    pressId: entry.pressId,
    button: entry.button,
    emotion: entry.emotion,
    songId: entry.kind === 'unanswered' ? undefined : entry.songId,
    positionMs: entry.kind === 'selected' ? entry.positionMs : undefined,
    predicted: entry.kind === 'unanswered' ? undefined : entry.predicted,
    propensity: entry.kind === 'requested' ? entry.propensity : undefined,
    reason: entry.kind === 'unanswered' ? entry.reason : undefined,
    isWithdrawn: false,
    replacedBy: undefined,
  };
}

function pressKey(row: SiteRow, pressId: number): string {
  return `${row.deviceId} ${row.event.stamp.bootId} ${pressId}`;
}

function compareRows(a: SiteRow, b: SiteRow): number {
  if (a.deviceId !== b.deviceId) return a.deviceId < b.deviceId ? -1 : 1;
  return comparePositions(a.event.stamp, b.event.stamp);
}
