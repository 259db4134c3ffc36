/** What a caregiver set at the server, read key by key: one setting this box does not know never stops the others. Pure. */
import { type RemoteSettings, remoteSettingsSchema } from '../../sync-server/protocol/downlink.ts';

/** Settings with a value each. */
export type KnownSettings = { readonly [Name in keyof RemoteSettings]?: number };

export interface ReceivedSettings {
  /** What this box knows and finds in range. */
  readonly known: KnownSettings;
  /** Names of the others: newer than this box, or out of range; in alphabetical order. */
  readonly unknown: readonly string[];
}

/** As many names as one journal event holds. */
const MAX_UNKNOWN = 50;

/** Each value is judged by itself; nothing here throws. */
export function parseReceivedSettings(values: Readonly<Record<string, unknown>>): ReceivedSettings {
  const { shape } = remoteSettingsSchema;
  const known: Record<string, number> = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const schema = Object.hasOwn(shape, name) ? shape[name as keyof typeof shape] : undefined;
    const parsed = schema?.safeParse(value);
    // A setting without a value is none: the device file's holds.
    if (parsed?.success && parsed.data !== undefined) known[name] = parsed.data;
    else unknown.push(name);
  }
  return { known, unknown: unknown.sort().slice(0, MAX_UNKNOWN) };
}
