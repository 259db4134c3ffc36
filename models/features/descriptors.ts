/**
 * The 65 low-level descriptors of a frame: their order, and for each its name, the field's term, its unit and the
 * definition it follows. The order is part of `descriptorVersion`; nothing is ever inserted without a new version.
 */

export interface Descriptor {
  /** As it stands in column names. */
  readonly name: string;
  /** What the field calls it. */
  readonly term: string;
  /** `1` for a pure number. */
  readonly unit: string;
  /** Whose definition: a librosa function (0.9, default arguments but as noted) or a paper. */
  readonly source: string;
}

const PITCH_CLASSES = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'] as const;

const CONTRAST_BANDS_HZ = [
  '0-200',
  '200-400',
  '400-800',
  '800-1,600',
  '1,600-3,200',
  '3,200-6,400',
  '6,400-11,025',
] as const;

const TONNETZ_AXES = [
  'fifths, sine',
  'fifths, cosine',
  'minor thirds, sine',
  'minor thirds, cosine',
  'major thirds, sine',
  'major thirds, cosine',
] as const;

/** Frames of 2,048 samples at 22,050 Hz every 512, periodic Hann window, centred, zeros beyond the ends. */
export const DESCRIPTORS: readonly Descriptor[] = [
  ...numbered(20, (n) => ({
    name: `mfcc_${n}`,
    term: `mel-frequency cepstral coefficient ${n}`,
    unit: 'dB',
    source: 'librosa.feature.mfcc: 128 Slaney bands, 80 dB range, orthonormal DCT-II',
  })),
  ...numbered(12, (n) => ({
    name: `chroma_${n}`,
    term: `chroma of ${PITCH_CLASSES[n - 1]}`,
    unit: '1',
    source: 'librosa.feature.chroma_stft (Ellis 2007), tuning estimated over the song',
  })),
  ...numbered(7, (n) => ({
    name: `spectral_contrast_${n}`,
    term: `spectral contrast, ${CONTRAST_BANDS_HZ[n - 1]} Hz`,
    unit: 'dB',
    source: 'librosa.feature.spectral_contrast (Jiang et al. 2002)',
  })),
  ...numbered(6, (n) => ({
    name: `tonnetz_${n}`,
    term: `tonal centroid, ${TONNETZ_AXES[n - 1]}`,
    unit: '1',
    source: 'librosa.feature.tonnetz (Harte et al. 2006), on chroma_stft',
  })),
  { name: 'rms', term: 'root mean square', unit: '1', source: 'librosa.feature.rms' },
  {
    name: 'zero_crossing_rate',
    term: 'zero-crossing rate',
    unit: 'crossings/sample',
    source: 'librosa.feature.zero_crossing_rate',
  },
  {
    name: 'spectral_centroid',
    term: 'spectral centroid',
    unit: 'Hz',
    source: 'librosa.feature.spectral_centroid',
  },
  {
    name: 'spectral_bandwidth',
    term: 'spectral bandwidth (spread)',
    unit: 'Hz',
    source: 'librosa.feature.spectral_bandwidth, p = 2',
  },
  {
    name: 'spectral_rolloff',
    term: 'spectral roll-off, 0.85',
    unit: 'Hz',
    source: 'librosa.feature.spectral_rolloff',
  },
  {
    name: 'spectral_flatness',
    term: 'spectral flatness',
    unit: '1',
    source: 'librosa.feature.spectral_flatness: power, floor 1e-10',
  },
  {
    name: 'poly_1',
    term: 'line through the magnitudes, slope',
    unit: '1/Hz',
    source: 'librosa.feature.poly_features, order 1, row 0',
  },
  {
    name: 'poly_2',
    term: 'line through the magnitudes, height at 0 Hz',
    unit: '1',
    source: 'librosa.feature.poly_features, order 1, row 1',
  },
  {
    name: 'spectral_flux',
    term: 'spectral flux',
    unit: '1',
    source: 'Euclidean distance of successive magnitude spectra (Tzanetakis and Cook 2002, not normalised)',
  },
  {
    name: 'spectral_entropy',
    term: 'spectral entropy of the magnitudes, over log2 of their number',
    unit: '1',
    source: 'Misra et al. 2004',
  },
  {
    name: 'spectral_slope',
    term: 'spectral slope, as a share of the summed magnitudes',
    unit: '1/Hz',
    source: 'Peeters 2004, 6.1.5',
  },
  { name: 'spectral_skewness', term: 'spectral skewness', unit: '1', source: 'Peeters 2004, 6.1.3' },
  {
    name: 'spectral_kurtosis',
    term: 'spectral kurtosis (3 for a bell)',
    unit: '1',
    source: 'Peeters 2004, 6.1.4',
  },
  {
    name: 'spectral_crest',
    term: 'spectral crest: greatest magnitude over their root mean square',
    unit: '1',
    source: 'Meyda spectralCrest; peak over quadratic mean',
  },
  { name: 'sharpness', term: 'perceptual sharpness', unit: 'acum (relative)', source: 'Peeters 2004, 8.2.3' },
  { name: 'perceptual_spread', term: 'perceptual spread', unit: '1', source: 'Peeters 2004, 8.2.4' },
  {
    name: 'loudness',
    term: 'total specific loudness over Bark bands',
    unit: 'sone (relative)',
    source: 'Peeters 2004, 8.2.1: band power to the 0.23',
  },
  {
    name: 'onset_strength',
    term: 'onset strength',
    unit: 'dB',
    source: 'librosa.onset.onset_strength (mean rise over mel bands)',
  },
  {
    name: 'pulse_clarity',
    term: 'pulse clarity: best autocorrelation of the onsets, 40 to 210 BPM, over 8.9 s',
    unit: '1',
    source: 'Lartillot et al. 2008, MaxAutocor',
  },
  {
    name: 'high_frequency_content',
    term: 'high-frequency content: power weighted by bin number',
    unit: '1',
    source: 'Masri 1996',
  },
];

/** 65. */
export const DESCRIPTOR_COUNT = DESCRIPTORS.length;

/** Place of a descriptor in every row of 65. @throws RangeError for a name that is not in the table. */
export function descriptorIndex(name: string): number {
  const index = DESCRIPTORS.findIndex((descriptor) => descriptor.name === name);
  if (index < 0) throw new RangeError(`descriptor "${name}": there is none of that name`);
  return index;
}

function numbered(count: number, describe: (n: number) => Descriptor): Descriptor[] {
  return Array.from({ length: count }, (_, i) => describe(i + 1));
}
