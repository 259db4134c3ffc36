/**
 * Runs before every test file: property tests draw the same cases in every run, so a red test is red for everyone.
 * `npm run test:explore` draws new ones, ten times as many; what it finds belongs into a test of its own.
 */
import fc from 'fast-check';

const FIXED_SEED = 20_190_523;
const EXPLORED_RUNS = 1000;

fc.configureGlobal(process.env.AMECS_EXPLORE === '1' ? { numRuns: EXPLORED_RUNS } : { seed: FIXED_SEED });
