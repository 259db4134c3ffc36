/**
 * The population models this box received, as files, and which of them is in use. The record is one small file written
 * whole, so a power cut leaves the model before or the one after, never none; the model before the one in use is kept.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { modelIdSchema } from '../../sync-server/protocol/downlink.ts';
import type { BoxFiles } from '../box-files.ts';

const FOLDER = 'models';
const RECORD = `${FOLDER}/in-use.json`;
const SUFFIX = '.amecs-model';

/** As many models as were ever given up here; a site publishes a few a year. */
const MAX_GIVEN_UP = 1_000;

/** A model by its id; null is the one that ships with the program. */
const modelSchema = modelIdSchema.nullable();

const recordSchema = z.object({
  current: modelSchema,
  previous: modelSchema,
  /** Whether the journal says that `current` is in use. */
  isTold: z.boolean(),
  /** Presses of the child when `current` was taken, and how many after that it was last looked at. */
  pressesBefore: z.int().min(0),
  lookedAt: z.int().min(0),
  /** Models that foretold this child worse than the one before; never taken again. */
  givenUp: z.array(modelIdSchema),
});

export type ModelRecord = Readonly<z.infer<typeof recordSchema>>;

/** Of a box that never received a model. */
export const SHIPPED_ONLY: ModelRecord = {
  current: null,
  previous: null,
  isTold: true,
  pressesBefore: 0,
  lookedAt: 0,
  givenUp: [],
};

export interface ModelStore {
  /** What is in use; `SHIPPED_ONLY` where nothing was received or the record cannot be read. */
  record(): Promise<ModelRecord>;
  /** Durable once it resolves. */
  saveRecord(record: ModelRecord): Promise<void>;
  /** Keeps a model's bytes under its id; it is not in use by that. */
  saveModel(modelId: string, bytes: Uint8Array): Promise<void>;
  /** Whether there are bytes under this id; whether they are the right ones is not looked at. */
  hasModel(modelId: string): Promise<boolean>;
  /** A model's bytes; undefined where there are none, or others than its id says. */
  readModel(modelId: string): Promise<Uint8Array | undefined>;
  pathOf(modelId: string): string;
  /** Removes the bytes of all models but these. */
  keepOnly(modelIds: readonly (string | null)[]): Promise<void>;
}

export function createModelStore(files: BoxFiles): ModelStore {
  const nameOf = (modelId: string): string => `${FOLDER}/${modelId}${SUFFIX}`;
  return {
    async record() {
      const bytes = await files.read(RECORD);
      return bytes === undefined ? SHIPPED_ONLY : (parseRecord(bytes) ?? SHIPPED_ONLY);
    },
    saveRecord(record) {
      const givenUp = record.givenUp.slice(-MAX_GIVEN_UP);
      return files.writeWhole(RECORD, `${JSON.stringify({ ...record, givenUp }, null, 2)}\n`);
    },
    saveModel: (modelId, bytes) => files.writeWhole(nameOf(modelId), bytes),
    hasModel: async (modelId) => (await files.list(FOLDER)).includes(nameOf(modelId)),
    async readModel(modelId) {
      const bytes = await files.read(nameOf(modelId));
      return bytes !== undefined && isModel(modelId, bytes) ? bytes : undefined;
    },
    pathOf: (modelId) => files.pathOf(nameOf(modelId)),
    async keepOnly(modelIds) {
      const kept = new Set([RECORD, ...modelIds.flatMap((id) => (id === null ? [] : [nameOf(id)]))]);
      for (const name of await files.list(FOLDER)) if (!kept.has(name)) await files.remove(name);
    },
  };
}

/** Whether these bytes are the model of this id: its SHA-256. Some 10 ms for 2 MB. */
export function isModel(modelId: string, bytes: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest('hex') === modelId;
}

function parseRecord(bytes: Uint8Array): ModelRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}
