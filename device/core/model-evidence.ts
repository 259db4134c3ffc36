/**
 * When a population model from the server is given up for the one before: by how the two would have foretold this
 * child's presses. Pure.
 *
 *   presses so far                       | what is asked
 *   none                                 | nothing: the model is taken
 *   any, before it is taken              | both foretell them all; refused on strong evidence against it
 *   20 more, 40, ... 200 after that      | again, over all presses; rolled back on strong evidence against it
 *
 * The evidence is the logarithm of the Bayes factor: presses times the difference of the mean prequential log-losses.
 */

/**
 * Strong evidence: 3 nats, a Bayes factor of 20 (Kass & Raftery 1995, table 2). However often one looks, a child who presses
 * just as the new model foretells is taken for one who does not at most once in e^3 = 20 children (Ville's inequality),
 * so looking eleven times costs nothing. At 20 presses it is a mean of 0.15 nats a press, at 200 of 0.015.
 */
export const STRONG_EVIDENCE_NATS = 3;

/** Presses between two looks, and from when on nobody looks any more. */
export const LOOK_EVERY_PRESSES = 20;
export const LAST_LOOK_PRESSES = 200;

/** Mean prequential log-losses over the same presses, nats. */
export interface ModelScore {
  readonly presses: number;
  readonly logLoss: number;
  readonly logLossBefore: number;
}

/** Whether the child's presses speak strongly against the new model. */
export function isWorse({ presses, logLoss, logLossBefore }: ModelScore): boolean {
  return presses * (logLoss - logLossBefore) > STRONG_EVIDENCE_NATS;
}

/** Presses since the installation at which the next look is due, after one at `lookedAt`; undefined when all are done. */
export function nextLook(lookedAt: number): number | undefined {
  const next = LOOK_EVERY_PRESSES * (Math.floor(lookedAt / LOOK_EVERY_PRESSES) + 1);
  return next > LAST_LOOK_PRESSES ? undefined : next;
}
