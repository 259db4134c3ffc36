/**
 * The named messages of the protocol as JSON Schema 2020-12, made from the zod schemas the server checks with, so that the
 * document cannot say anything else. Unknown members are allowed everywhere: both sides accept more than they know.
 */
import { z } from 'zod';
import {
  downlinkAnswerSchema,
  wantedModelSchema,
  wantedSettingsSchema,
  withdrawalOrderSchema,
  withdrawnAnswerSchema,
  withdrawnRequestSchema,
} from '../protocol/downlink.ts';
import {
  enrolmentAnswerSchema,
  enrolmentRequestSchema,
  publicKeySchema,
  rotationAnswerSchema,
  rotationRequestSchema,
} from '../protocol/enrolment.ts';
import {
  acknowledgementSchema,
  cursorAnswerSchema,
  eventBatchSchema,
  quarantinedEventSchema,
} from '../protocol/event-batch.ts';
import {
  exportPageSchema,
  quarantinePageSchema,
  quarantineRowSchema,
  timedRowSchema,
} from '../protocol/export-page.ts';
import { journalEventSchema } from '../protocol/journal-event.ts';
import { positionSchema } from '../protocol/place-schemas.ts';
import { problemSchema } from '../protocol/problem.ts';
import { deviceClocksSchema, proofClaimsSchema } from '../protocol/proof.ts';

interface NamedSchema {
  readonly schema: z.ZodType;
  readonly description: string;
}

export const healthAnswerSchema = z.object({ status: z.literal('ok'), protocol: z.int().min(1) });

/** Every message and every part of one that has a name. */
export const NAMED_SCHEMAS = {
  Position: {
    schema: positionSchema,
    description: 'A place in the journal of a box. Order is (epoch, seq), never a clock.',
  },
  PublicKey: { schema: publicKeySchema, description: 'An Ed25519 public key as a JWK (RFC 8037).' },
  DeviceClocks: {
    schema: deviceClocksSchema,
    description:
      'The clocks of a box as a request left, and its last whole exchange in the same boot. Never a reason to refuse.',
  },
  ProofClaims: {
    schema: proofClaimsSchema,
    description: 'The claims of a proof: the payload of the JWT in the DPoP header.',
  },
  EnrolmentRequest: { schema: enrolmentRequestSchema, description: 'A one-time code, as typed.' },
  EnrolmentAnswer: {
    schema: enrolmentAnswerSchema,
    description: 'Who the box is from now on; participantId is a pseudonym.',
  },
  RotationRequest: {
    schema: rotationRequestSchema,
    description: 'A proof for the same request and nonce, signed by the new key.',
  },
  RotationAnswer: {
    schema: rotationAnswerSchema,
    description: 'The RFC 7638 thumbprint of the key that was registered.',
  },
  JournalEvent: {
    schema: journalEventSchema,
    description: 'What happened, with its place in the journal and on the clocks of the box.',
  },
  EventBatch: {
    schema: eventBatchSchema,
    description: 'A run of journal events of one epoch, without a gap.',
  },
  QuarantinedEvent: {
    schema: quarantinedEventSchema,
    description:
      'An event that was kept raw, and why: nobody could read it, or its place is taken by another.',
  },
  Acknowledgement: {
    schema: acknowledgementSchema,
    description: 'Sent only after a durable commit: how much of the journal the box need not send again.',
  },
  CursorAnswer: { schema: cursorAnswerSchema, description: 'The last event of every epoch the server has.' },
  WantedSettings: { schema: wantedSettingsSchema, description: 'What a caregiver set from afar.' },
  WantedModel: {
    schema: wantedModelSchema,
    description: 'The population model to run, by the SHA-256 of its bytes, signed by the site.',
  },
  WithdrawalOrder: {
    schema: withdrawalOrderSchema,
    description: 'Erase everything this child left on the box.',
  },
  DownlinkAnswer: {
    schema: downlinkAnswerSchema,
    description: 'The state the server wants the box in; asking twice changes nothing.',
  },
  WithdrawnRequest: { schema: withdrawnRequestSchema, description: 'The box has erased what was ordered.' },
  WithdrawnAnswer: { schema: withdrawnAnswerSchema, description: 'The order that is closed now.' },
  ExportRow: {
    schema: timedRowSchema,
    description: 'An event as it was stored, with its number in the log of the site and its corrected time.',
  },
  ExportPage: { schema: exportPageSchema, description: 'Events in the order the server stored them.' },
  QuarantineRow: { schema: quarantineRowSchema, description: 'An event kept raw, exactly as it came.' },
  QuarantinePage: { schema: quarantinePageSchema, description: 'Events kept raw.' },
  Health: { schema: healthAnswerSchema, description: 'The server can read its store.' },
  Problem: {
    schema: problemSchema,
    description:
      'Why a request was refused (RFC 9457); the code is part of the protocol, the words are for people.',
  },
} as const satisfies Record<string, NamedSchema>;

export type SchemaName = keyof typeof NAMED_SCHEMAS;

/** Such as `{ $ref: '#/components/schemas/Position' }`. */
export function schemaRef(name: SchemaName): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** A proof is a JWT: its header, then its claims (JSON Schema 2020-12, Validation, section 8.5, has this very example). */
const PROOF_CONTENT = {
  contentMediaType: 'application/jwt',
  contentSchema: {
    type: 'array',
    prefixItems: [
      {
        type: 'object',
        required: ['typ', 'alg', 'jwk'],
        properties: {
          typ: { const: 'dpop+jwt' },
          alg: { enum: ['Ed25519', 'EdDSA'] },
          jwk: schemaRef('PublicKey'),
        },
      },
      schemaRef('ProofClaims'),
    ],
  },
};

/** `components.schemas`: each schema refers to the others by name. */
export function componentSchemas(): Readonly<Record<SchemaName, object>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, { schema }] of Object.entries(NAMED_SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => schemaRef(id as SchemaName).$ref,
    override({ zodSchema, jsonSchema }) {
      // A batch takes anything for an event and keeps it raw; this is what it should be.
      if (zodSchema === eventBatchSchema.shape.events.element) {
        jsonSchema.description = 'A JournalEvent. Anything else is kept raw and does not refuse the others.';
      }
      if (zodSchema === rotationRequestSchema.shape.newKeyProof) Object.assign(jsonSchema, PROOF_CONTENT);
    },
  });
  const described = Object.entries(schemas).map(([name, { $schema: _, $id: _id, id: _name, ...schema }]) => {
    const { description } = NAMED_SCHEMAS[name as SchemaName];
    return [name, { description, ...schema }];
  });
  return Object.fromEntries(described) as Record<SchemaName, object>;
}
