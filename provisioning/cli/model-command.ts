/** `amecs model`: look into the child's model, check it against the journal, train what it starts from. */
import { join, resolve } from 'node:path';
import { LEARNER_NAMES } from '../../models/population/learners/fits.ts';
import { type Command, UsageError } from './command.ts';
import type { TrainingSource } from './model/train.ts';
import { dataFolder, parseOptions } from './options.ts';

const OPTIONS = {
  data: { type: 'string' },
  journal: { type: 'string' },
  json: { type: 'boolean', default: false },
  learner: { type: 'string', default: 'gpForest' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string', default: 'amecs-model' },
  ears: { type: 'boolean', default: false },
  ratings: { type: 'string' },
  features: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

const ACTIONS = 'show, replay or train';

export const modelCommand: Command = {
  name: 'model',
  summary: 'see what the child has taught the box, check it against the journal, train what it starts from',
  help: `Usage: amecs model show [SONG] [--json]
       amecs model replay [--journal FILE] [--json]
       amecs model train --data DIR [--ears] [--learner NAME] [--seed N] [--out DIR]
       amecs model train --ratings FILE --features FILE [...]

  show [SONG]        what the child's model believes and how sure it is; with the title of a song, of that song
  replay             makes the model anew from the journal and compares it with the one the box saved
  train              fits the population model and the prior every child starts from, judges them on songs they have
                     not heard, and writes them with a card that says what they are and are not for

  --journal FILE     a box's device.sqlite (default: this machine's own)
  --json             for programs
  --data DIR         show, replay: where the box keeps everything (default: ~/.local/share/amecs);
                     train: DEAM in its published layout, with the librosa table beside it
  --ears             train: hear DEAM's audio with the box's ears instead of reading the table; goes on where it stopped
  --ratings FILE     train: other people's ratings; columns rater, song, and valence and arousal (1-9) or emotion
  --features FILE    train: the songs they rated; columns song and the aggregates the box hears
  --learner NAME     ${LEARNER_NAMES.join(', ')} (default: gpForest)
  --seed N           a whole number; the same data, learner and seed give the same bytes (default: 1)
  --out DIR          where train writes its files (default: amecs-model, here)

Example: amecs model train --data ../shared/data/deam`,

  async run(argv, terminal) {
    const { values, positionals } = parseOptions(argv, OPTIONS, true);
    const [action, ...words] = positionals;
    // Loaded when asked for: training brings a runtime and a trainer that looking needs not.
    switch (action) {
      case 'show': {
        const { showModel } = await import('./model/show.ts');
        const width = process.stdout.columns ?? 80;
        const song = words.join(' ');
        return showModel({ journal: journalOf(values), song, asJson: values.json, width }, terminal);
      }
      case 'replay': {
        if (words.length > 0) throw new UsageError('Name the journal with --journal FILE.');
        const { replayModel } = await import('./model/replay.ts');
        return replayModel({ journal: journalOf(values), asJson: values.json }, terminal);
      }
      case 'train': {
        if (words.length > 0) throw new UsageError('Name the data with --data DIR.');
        const { parseLearner, trainModel } = await import('./model/train.ts');
        const { seed, out } = values;
        if (!/^\d{1,15}$/.test(seed)) throw new UsageError(`--seed ${seed} is not a whole number.`);
        const source = sourceOf(values);
        const learner = parseLearner(values.learner);
        return trainModel({ source, learner, seed: Number(seed), out }, terminal);
      }
      default:
        throw new UsageError(
          action === undefined
            ? `Say what to do: amecs model ${ACTIONS}.`
            : `There is no "amecs model ${action}": say ${ACTIONS}.`,
        );
    }
  },
};

function journalOf({ journal, data }: Values): string {
  return resolve(journal ?? join(dataFolder(data), 'device', 'device.sqlite'));
}

function sourceOf({ data, ears, ratings, features }: Values): TrainingSource {
  if (ratings !== undefined && features !== undefined && data === undefined && !ears) {
    return { kind: 'files', ratings, features };
  }
  if (data !== undefined && ratings === undefined && features === undefined) {
    return { kind: 'deam', folder: data, ears };
  }
  throw new UsageError(
    'Say what to learn from: amecs model train --data DIR, or amecs model train --ratings FILE --features FILE.',
  );
}
