/** How large a study is: what each protocol runs with, full and quick. */
import type { MethodName } from './methods.ts';
import type { KnowledgeOptions } from './population-knowledge.ts';
import type { StudyMaterial } from './protocols/protocol.ts';
import { SEED_PROTOCOL_SETTINGS } from './seed-protocol.ts';
import type { StudyOptions } from './study-options.ts';
import type { StudyOrder } from './study-order.ts';

/** Presses after which people are tested on songs they have not heard. */
const REAL_PRESSES = [0, 5, 10, 25, 50, 100, 200] as const;
const LIBRARY_PRESSES = [0, 25, 50, 100, 200] as const;

const FOLDS = 5;
const ORDERS = 3;
/** Songs of a kiosk's library, and libraries drawn for a person. */
const LIBRARY_SIZE = 40;
const LIBRARIES = 5;
const CHILDREN = 40;

/** As shipped; and what keeps a quick look within a minute: no gain moves by more than chance in the orders does. */
const TREES = 300;
const QUICK_TREES = 60;

const REAL_METHODS: readonly MethodName[] = [
  'population',
  'majority',
  'personalForest',
  'ours',
  'oursNoCovariance',
  'oursNoGate',
  'oursNoTimbre',
  'oursNoForest',
  'oursBiasOnly',
];
const QUICK_METHODS: readonly MethodName[] = ['population', 'ours'];
const LIBRARY_METHODS: readonly MethodName[] = ['population', 'oursNoMemory', 'memoryOnly', 'ours'];
const SIMULATED_METHODS: readonly MethodName[] = ['population', 'ours', 'oursForgetting'];

/** What is to be run with these options on these data. */
export function studyOrder(
  { protocols, songs, fewestRatings, learner, seed, quick }: StudyOptions,
  material: StudyMaterial,
): StudyOrder {
  const knowledge: KnowledgeOptions = { learner, seed, trees: quick ? QUICK_TREES : TREES };
  const people = { seed, knowledge, songs, fewestRatings };
  return {
    material,
    ...(protocols.includes('real') && {
      realPeople: {
        ...people,
        folds: FOLDS,
        orders: quick ? 1 : ORDERS,
        testedAt: REAL_PRESSES,
        methods: quick ? QUICK_METHODS : REAL_METHODS,
      },
    }),
    ...(protocols.includes('repeated') && {
      repeatedLibrary: {
        ...people,
        librarySize: LIBRARY_SIZE,
        libraries: LIBRARIES,
        testedAt: LIBRARY_PRESSES,
        methods: LIBRARY_METHODS,
      },
    }),
    ...(material.seedProtocol !== undefined && { seedProtocol: { ...SEED_PROTOCOL_SETTINGS, seed } }),
    ...(protocols.includes('simulated') && {
      simulatedChildren: {
        seed,
        knowledge,
        children: CHILDREN,
        testedAt: REAL_PRESSES,
        methods: SIMULATED_METHODS,
      },
    }),
  };
}
