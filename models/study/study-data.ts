/** Reads the listener data a study is about, whatever shape they come in, and checks that a study of them makes sense. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { featureNames } from '../features/hear-song.ts';
import { TableFaultsError } from '../population/csv-table.ts';
import { readDeam } from '../population/deam.ts';
import type { ListeningData } from '../population/listening-data.ts';
import { type RatingScale, readListeningFiles } from '../population/listening-files.ts';
import { ratingsInRange, testedPeople } from './folds.ts';
import type { StudyMaterial } from './protocols/protocol.ts';
import { readSeedListening } from './seed-protocol-listening.ts';
import { seedProtocolRefusal } from './seed-protocol-songs.ts';
import type { Source, StudyOptions } from './study-options.ts';
import { alignForTransfer } from './transfer.ts';

/** Data that cannot be studied: told to people as it is. */
export class StudyDataError extends Error {
  override readonly name = 'StudyDataError';
}

/** The data of a study, and what is worth saying about them. @throws StudyDataError */
export function readStudyData(options: StudyOptions): {
  readonly material: StudyMaterial;
  readonly notes: readonly string[];
} {
  const { tested: source, training: trainingSource, scale } = options;
  if (trainingSource === undefined) {
    const tested = readSource(source, scale);
    checkTested(tested, options);
    return withSeedProtocol(tested, options);
  }
  const training = readSource(trainingSource, scale);
  const tested = readSource(source, scale);
  const aligned = alignForTransfer(training, tested, featureNames);
  if (aligned.kind === 'refused') throw new StudyDataError(aligned.reason);
  checkTested(aligned.material.tested, options);
  return aligned;
}

/**
 * The seed's protocol has as many features as there are: openSMILE's, else all columns of the table. Where songs have no
 * averaged ratings there is none, and the others go on without it.
 */
function withSeedProtocol(
  tested: ListeningData,
  { tested: source, protocols }: StudyOptions,
): ReturnType<typeof readStudyData> {
  if (!protocols.includes('seed')) return { material: { tested }, notes: [] };
  const seedProtocol =
    source.kind === 'folder' && isDeam(source.path)
      ? toldPlainly(() => readSeedListening(source.path))
      : tested;
  const refusal = seedProtocolRefusal(seedProtocol);
  if (refusal === undefined) {
    const { length } = seedProtocol.columns;
    return {
      material: { tested, seedProtocol },
      notes: [`The seed’s protocol has ${length} feature columns.`],
    };
  }
  if (protocols.length === 1)
    throw new StudyDataError(`There is no protocol seed of these data: ${refusal}.`);
  return { material: { tested }, notes: [`Without protocol seed: ${refusal}.`] };
}

function isDeam(folder: string): boolean {
  return existsSync(join(folder, 'annotations'));
}

/** Faults of tables as faults of the study's data. */
function toldPlainly<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TableFaultsError) throw new StudyDataError(error.message, { cause: error });
    throw error;
  }
}

function readSource(source: Source, scale: RatingScale | undefined): ListeningData {
  const scaled = scale === undefined ? {} : { scale };
  if (source.kind === 'files') return toldPlainly(() => readListeningFiles({ ...source, ...scaled }));
  const { path } = source;
  if (!existsSync(path)) throw new StudyDataError(`There is no folder ${path}: give the one with the data.`);
  if (isDeam(path)) return toldPlainly(() => readDeam(path, featureNames));
  const [ratings, features] = [join(path, 'ratings.csv'), join(path, 'features.csv')];
  if (existsSync(ratings) && existsSync(features)) {
    return readSource({ kind: 'files', ratings, features }, scale);
  }
  throw new StudyDataError(
    `${path} holds neither DEAM (annotations and features_librosa) nor ratings.csv and features.csv.`,
  );
}

/** Enough for one person tested against one other. */
const FEWEST_PEOPLE = 2;

function checkTested(data: ListeningData, { songs, fewestRatings, tested }: StudyOptions): void {
  if (songs !== undefined && !data.ratings.every(({ songId }) => /^\d+$/.test(songId))) {
    throw new StudyDataError(
      `The songs of ${data.name} are not numbered, so --songs cannot choose among them.`,
    );
  }
  const ratings = ratingsInRange(data.ratings, songs);
  const people = testedPeople(ratings, fewestRatings);
  if (people.length >= FEWEST_PEOPLE) return;
  const most = testedPeople(ratings, 1).map((person) => person.ratings.length);
  const second = most[FEWEST_PEOPLE - 1];
  const where = tested.kind === 'folder' ? tested.path : tested.ratings;
  throw new StudyDataError(
    `Too few people in ${where}: ${people.length} rated ${fewestRatings} songs or more, and it takes ${FEWEST_PEOPLE}. ` +
      (second === undefined
        ? `${most.length === 0 ? 'Nobody' : 'Only one person'} rated these songs at all.`
        : `--fewest-ratings ${second} or less would find them.`),
  );
}
