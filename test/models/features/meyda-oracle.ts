/** Meyda's extractors, called one by one on spectra and frames we hand them: the oracle some of our descriptors must equal. */
import Meyda from 'meyda';

interface ExtractorInput {
  readonly ampSpectrum?: Float64Array;
  readonly signal?: Float32Array;
  readonly barkScale?: Float64Array;
  readonly numberOfBarkBands?: number;
  readonly sampleRate?: number;
  readonly bufferSize?: number;
}

type Extractors<T> = Readonly<Record<string, (input: ExtractorInput) => T>>;

// Meyda has them at run time, but its declarations leave them out.
const { featureExtractors } = Meyda as unknown as { featureExtractors: Extractors<unknown> };

export const meyda = featureExtractors as Extractors<number>;

export const meydaLoudness = featureExtractors.loudness as (input: ExtractorInput) => {
  readonly specific: Float32Array;
  readonly total: number;
};
