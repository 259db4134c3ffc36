/** Writes small pictures as PNG (ISO/IEC 15948), 8 bits a colour, no transparency: 40 lines instead of a dependency. */
import { crc32, deflateSync } from 'node:zlib';
import type { Rgb } from './colours.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const EIGHT_BITS = 8;
const TRUECOLOUR = 2;

/** A picture of `width` by `height` points; row 0 is the top one. */
export function pngOf(width: number, height: number, colourOf: (column: number, row: number) => Rgb): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = EIGHT_BITS;
  header[9] = TRUECOLOUR;
  // Each row begins with its filter: 0, none.
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [red, green, blue] = colourOf(column, row);
      const at = row * (1 + 3 * width) + 1 + 3 * column;
      rows[at] = Math.round(red);
      rows[at + 1] = Math.round(green);
      rows[at + 2] = Math.round(blue);
    }
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(body.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
