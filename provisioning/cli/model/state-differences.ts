/** Where two stored states of a child's model differ, in words a researcher can act on. Compares to the last bit. */
import type { ChildModelState } from '../../../models/child/child-state.ts';
import type { ExpertName } from '../../../models/child/experts.ts';

/** One part of the state that differs. */
export interface StateDifference {
  readonly member: string;
  /** Largest difference of two numbers in the same place; absent where the two do not have the same shape. */
  readonly largest?: number;
  readonly words: string;
}

/** Nothing where they are equal to the bit. The checksum follows from the rest; experts are told by their names. */
export function stateDifferences(
  stored: ChildModelState,
  rebuilt: ChildModelState,
  experts: readonly ExpertName[],
): readonly StateDifference[] {
  const [before, after] = [partsOf(stored, experts), partsOf(rebuilt, experts)];
  return Object.keys(before).flatMap((member) => {
    if (JSON.stringify(before[member]) === JSON.stringify(after[member])) return [];
    const [a, b] = [numbersIn(before[member]), numbersIn(after[member])];
    if (a.length !== b.length || a.length === 0) {
      return [{ member, words: `${a.length} numbers stored, ${b.length} rebuilt` }];
    }
    const distances = a.map((x, i) => Math.abs(x - b[i]!));
    const largest = distances.reduce((most, distance) => Math.max(most, distance), 0);
    const different = distances.filter((distance) => distance > 0).length;
    const words = `${different} of ${a.length} numbers differ, at most by ${largest.toPrecision(2)}`;
    return [{ member, largest, words }];
  });
}

function partsOf(state: ChildModelState, names: readonly ExpertName[]): Record<string, unknown> {
  const { checksum: _, experts, ...parts } = state;
  return { ...parts, ...Object.fromEntries(names.map((name, i) => [name, experts[i]])) };
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}
