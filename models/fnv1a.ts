/** FNV-1a, 32 bits, over UTF-16 units (Fowler, Noll, Vo): tells texts apart, not against an adversary. */

const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** An unsigned 32-bit number; another `basis` gives another one of the same text. */
export function fnv1a(text: string, basis = BASIS): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return hash >>> 0;
}
