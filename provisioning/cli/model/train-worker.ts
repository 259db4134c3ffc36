/** Worker thread that trains a model and then runs the file it made, so that Ctrl-C is heard and progress is shown. */
import { parentPort, workerData } from 'node:worker_threads';
import type { PerEmotion } from '../../../models/emotions.ts';
import type { ListeningData } from '../../../models/population/listening-data.ts';
import { openOnnxPopulation } from '../../../models/population/onnx/onnx-population.ts';
import { trainPopulation } from '../../../models/population/train-population.ts';
import type { TrainingAnswer, TrainingJob } from './training-messages.ts';

const port = parentPort!;
const { data, ...options } = workerData as TrainingJob;

function answer(message: TrainingAnswer): void {
  port.postMessage(message);
}

async function train(): Promise<void> {
  const { predict, ...model } = trainPopulation(data, {
    ...options,
    onProgress: (share) => answer({ kind: 'progress', share }),
  });
  const largestDifference = await differenceOf(model.onnx, data, predict);
  answer({ kind: 'trained', model, ...(largestDifference !== undefined && { largestDifference }) });
}

async function differenceOf(
  onnx: Uint8Array,
  { songs }: ListeningData,
  predict: (features: ArrayLike<number>) => PerEmotion,
): Promise<number | undefined> {
  const opened = await openOnnxPopulation(onnx);
  if (opened.kind === 'unavailable') return undefined;
  const said = await opened.population.predict(songs.map(({ features }) => features));
  await opened.population.close();
  return songs.reduce((largest, { features }, at) => {
    const wanted = predict(features);
    const differences = wanted.map((p, k) => Math.abs(p - said[at]!.probabilities[k]!));
    return Math.max(largest, ...differences);
  }, 0);
}

train().catch((error: unknown) => {
  if (!(error instanceof RangeError)) throw error;
  answer({ kind: 'refused', reason: error.message });
});
