/**
 * What the server has for a box: a caregiver's settings, a newer population model, an order to erase a child's data.
 * Every part is a wanted state, not a command: fetching it twice changes nothing, and a box that was away for a year
 * finds the same answer as one that was not.
 */
import { z } from 'zod';
import { MAX_MODEL_BYTES } from './protocol-limits.ts';

/** What may be set from afar; names and ranges as in the device file, which these values override. */
export const remoteSettingsSchema = z.strictObject({
  novelty: z.number().min(0).max(1).optional(),
  holdToStopMs: z.int().min(500).max(10_000).optional(),
  fadeInMs: z.int().min(20).max(5000).optional(),
  fadeOutMs: z.int().min(20).max(380).optional(),
});

export type RemoteSettings = z.infer<typeof remoteSettingsSchema>;

export const wantedSettingsSchema = z.object({
  /** Rises with every change. */
  version: z.int().min(1),
  /**
   * Not parsed as `remoteSettingsSchema` here: a server may know settings this box does not. The box applies what it
   * knows and names the rest in its journal.
   */
  values: z.record(z.string().max(64), z.unknown()),
});

export const modelIdSchema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A population model as one file of bytes (models/population/model-bundle.ts). `modelId` is the SHA-256 of the bytes in
 * hex; `signature` is the site's Ed25519 signature (base64url) over `modelStatement`.
 */
export const wantedModelSchema = z.object({
  modelId: modelIdSchema,
  sizeBytes: z.int().min(1).max(MAX_MODEL_BYTES),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});

export type WantedModel = z.infer<typeof wantedModelSchema>;

/** What a model's signature is over, in ASCII; its first line keeps it apart from anything else the key may ever sign. */
export function modelStatement({ modelId, sizeBytes }: Pick<WantedModel, 'modelId' | 'sizeBytes'>): string {
  return `amecs population model\n${modelId}\n${sizeBytes}`;
}

export const withdrawalOrderSchema = z.object({ orderId: z.uuid(), participantId: z.uuid() });

export type WithdrawalOrder = z.infer<typeof withdrawalOrderSchema>;

export const downlinkAnswerSchema = z.object({
  /** As in acknowledgements. */
  downlinkVersion: z.int().min(0),
  settings: wantedSettingsSchema.nullable(),
  model: wantedModelSchema.nullable(),
  /** Erase everything this child left on the box, then confirm with POST /v1/withdrawn. */
  withdrawal: withdrawalOrderSchema.nullable(),
});

export type DownlinkAnswer = z.infer<typeof downlinkAnswerSchema>;

/** The box has erased; after this the key is no longer known. May be sent again. */
export const withdrawnRequestSchema = z.object({ protocol: z.int().min(1), orderId: z.uuid() });

export const withdrawnAnswerSchema = z.object({ orderId: z.uuid() });
