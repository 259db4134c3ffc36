/** Which bytes of a file a Range header asks for (RFC 9110, 14.2), for one range; pure. */

export type ByteRange =
  /** No range, or one we may ignore: send everything. */
  | { readonly kind: 'whole' }
  /** First and last byte, both included. */
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

/** Several ranges at once, other units and nonsense are `whole`: a server may ignore a Range header. */
export function parseByteRange(header: string | undefined, sizeBytes: number): ByteRange {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!match) return { kind: 'whole' };
  const [, from = '', to = ''] = match;
  if (from === '') {
    if (to === '') return { kind: 'whole' };
    const lengthBytes = Math.min(Number(to), sizeBytes);
    return lengthBytes === 0
      ? { kind: 'unsatisfiable' }
      : { kind: 'part', first: sizeBytes - lengthBytes, last: sizeBytes - 1 };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return { kind: 'whole' };
  if (first >= sizeBytes) return { kind: 'unsatisfiable' };
  return { kind: 'part', first, last: to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1) };
}
