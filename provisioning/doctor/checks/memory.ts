/** Is there memory left for the box. */
import { good, type Judgement, look, notHere } from '../finding.ts';
import type { Visit } from '../machine.ts';
import { megabytes } from '../words.ts';

/** With less, Linux begins to page programs in from the card while a child waits, bytes. */
const SCARCE_BYTES = 80e6;

export async function checkMemory({ machine }: Visit): Promise<Judgement> {
  const text = (await machine.read('/proc/meminfo')) ?? '';
  const bytes = (name: string): number | undefined => {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  };
  const [free, total] = [bytes('MemAvailable'), bytes('MemTotal')];
  if (free === undefined || total === undefined) return notHere('this system does not tell');
  const found = `${megabytes(free)} of ${megabytes(total)} free`;
  if (free >= SCARCE_BYTES) return good(found);
  return look(found, 'End what else runs here: a desktop, a browser, other services.');
}
