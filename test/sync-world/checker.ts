/**
 * What must be true of the server's database, whatever happened: nothing lost, doubled, invented, changed or out of
 * order. Pure: it looks at a snapshot of everything the boxes wrote and everything the server has, and names what is wrong.
 */
import { CHAIN_START } from '../../sync-server/protocol/chain-value.ts';
import { linkOf } from '../../sync-server/protocol/journal-chain.ts';

/** Where an event belongs, and what it says: canonical JSON. */
export interface PlacedBody {
  readonly deviceId: string;
  readonly epoch: number;
  readonly seq: number;
  readonly body: string;
}

export interface StoredBody extends PlacedBody {
  readonly log: number;
}

export interface SetAside extends PlacedBody {
  readonly reason: string;
}

export interface Head {
  readonly deviceId: string;
  readonly epoch: number;
  readonly seq: number;
  readonly chain: string;
}

export interface Snapshot {
  /** Everything any box ever wrote durably, with the chain link its journal keeps. */
  readonly journalled: readonly (PlacedBody & { readonly link: string })[];
  /** What this database has acknowledged to a box (not what one restored from a backup has forgotten). */
  readonly acknowledged: readonly PlacedBody[];
  readonly stored: readonly StoredBody[];
  readonly quarantined: readonly SetAside[];
  readonly heads: readonly Head[];
  /** Events that were in quarantine once and were read later: their log number says when. */
  readonly replayed: ReadonlySet<string>;
  /** What may stay on its card for good: written by a clone that was locked out. */
  readonly staysOnCard: ReadonlySet<string>;
  /** Whether two boxes write one journal; without it nothing may ever conflict. */
  readonly hasClones: boolean;
}

/** What is wrong now, in words; empty when nothing is. */
export function findFaults(snapshot: Snapshot): string[] {
  return [
    ...logFaults(snapshot),
    ...doubled(snapshot),
    ...invented(snapshot),
    ...chainFaults(snapshot),
    ...outOfOrder(snapshot),
    ...missing('acknowledged but not kept', snapshot.acknowledged, snapshot),
    ...(snapshot.hasClones ? [] : conflictsWithoutClone(snapshot)),
  ];
}

/** As `findFaults`, once everything works again and the boxes say they have sent everything. */
export function findFaultsAfterHealing(snapshot: Snapshot): string[] {
  const due = snapshot.journalled.filter((event) => !snapshot.staysOnCard.has(bodyKey(event)));
  return [...findFaults(snapshot), ...missing('never arrived', due, snapshot)];
}

/** Name of a body at its place. */
export function bodyKey({ deviceId, epoch, seq, body }: PlacedBody): string {
  return `${deviceId} ${epoch}.${seq} ${body}`;
}

function placeKey({ deviceId, epoch, seq }: Omit<PlacedBody, 'body'>): string {
  return `${deviceId} ${epoch}.${seq}`;
}

function logFaults({ stored }: Snapshot): string[] {
  const logs = stored.map(({ log }) => log).sort((a, b) => a - b);
  const at = logs.findIndex((log, index) => log !== index + 1);
  return at < 0 ? [] : [`the log is not dense: ${logs[at]} where ${at + 1} should be`];
}

function doubled({ stored, quarantined }: Snapshot): string[] {
  return [
    ...repeated('place stored twice', stored.map(placeKey)),
    ...repeated('kept twice', [...stored, ...quarantined].map(bodyKey)),
    ...repeated('press counted twice', stored.flatMap(pressOf)),
  ];
}

function repeated(fault: string, keys: readonly string[]): string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.size === seen.add(key).size).map((key) => `${fault}: ${key}`);
}

/** Who pressed what when: boot and count of the press. */
function pressOf({ body }: PlacedBody): string[] {
  const { stamp, entry } = JSON.parse(body) as {
    stamp: { bootId: string };
    entry: { kind: string; pressId?: number };
  };
  return entry.pressId === undefined ? [] : [`${stamp.bootId} ${entry.pressId} ${entry.kind}`];
}

function invented({ journalled, stored, quarantined }: Snapshot): string[] {
  const written = new Set(journalled.map(bodyKey));
  return [...stored, ...quarantined]
    .filter((kept) => !written.has(bodyKey(kept)))
    .map((kept) => `no box wrote this: ${bodyKey(kept)}`);
}

/**
 * Every epoch is dense from 1 to its head, its links end in the head's chain, and that is a link of a box's own journal.
 */
function chainFaults({ journalled, stored, quarantined, heads }: Snapshot): string[] {
  const known = new Map<string, string>();
  for (const each of quarantined) if (each.reason === 'unreadable') known.set(placeKey(each), each.body);
  for (const each of stored) known.set(placeKey(each), each.body);
  const links = new Set(journalled.map((each) => `${placeKey(each)} ${each.link}`));
  let counted = 0;
  const faults: string[] = [];
  for (const head of heads) {
    let chain = CHAIN_START;
    for (let seq = 1; seq <= head.seq; seq += 1) {
      const body = known.get(placeKey({ ...head, seq }));
      if (body === undefined) faults.push(`gap at ${placeKey({ ...head, seq })} under head ${head.seq}`);
      else chain = linkOf(chain, body);
    }
    counted += head.seq;
    if (chain !== head.chain) faults.push(`the head's chain is not its events' at ${placeKey(head)}`);
    else if (head.seq > 0 && !links.has(`${placeKey(head)} ${chain}`)) {
      faults.push(`no journal has this chain at ${placeKey(head)}`);
    }
  }
  if (known.size > counted) faults.push(`${known.size - counted} events lie beyond the heads`);
  return faults;
}

function outOfOrder({ stored, replayed }: Snapshot): string[] {
  const last = new Map<string, number>();
  const faults: string[] = [];
  for (const each of [...stored].sort((a, b) => a.log - b.log)) {
    if (replayed.has(bodyKey(each))) continue;
    const epoch = `${each.deviceId} ${each.epoch}`;
    if (each.seq <= (last.get(epoch) ?? 0)) faults.push(`stored out of order: ${placeKey(each)}`);
    last.set(epoch, each.seq);
  }
  return faults;
}

function missing(fault: string, wanted: readonly PlacedBody[], snapshot: Snapshot): string[] {
  const kept = new Set([...snapshot.stored, ...snapshot.quarantined].map(bodyKey));
  return wanted.filter((each) => !kept.has(bodyKey(each))).map((each) => `${fault}: ${placeKey(each)}`);
}

function conflictsWithoutClone({ quarantined, journalled }: Snapshot): string[] {
  return [
    ...quarantined
      .filter(({ reason }) => reason === 'conflict')
      .map((each) => `a conflict without a clone: ${placeKey(each)}`),
    ...journalled
      .filter(({ body }) => body.includes('"kind":"journalForked"'))
      .map((each) => `a fork without a clone: ${placeKey(each)}`),
  ];
}
