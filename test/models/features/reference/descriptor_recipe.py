"""Reference values of the 1,040 song features, by another route than the project's: numpy and scipy on whole arrays,
built on librosa_recipe.py; librosa 0.9's definitions where librosa has the descriptor, the papers' elsewhere.

Run (numpy 2.4, scipy 1.17):  python3 descriptor_recipe.py > expected-descriptors.json
"""
import json
import numpy as np
from scipy import signal
from librosa_recipe import HOP, N_FFT, RATE, aggregates, as_heard, decibels, song

FREQ = np.fft.rfftfreq(N_FFT, 1 / RATE)
BINS = np.arange(len(FREQ))


def tonnetz(chroma):
    angles = np.multiply.outer([7 / 6, 7 / 6, 3 / 2, 3 / 2, 2 / 3, 2 / 3], np.arange(12.0))
    angles[::2] -= 0.5
    phi = np.array([1, 1, 1, 1, 0.5, 0.5])[:, None] * np.cos(np.pi * angles)
    return phi @ (chroma / np.where(chroma.sum(0) == 0, 1, chroma.sum(0)))


def moments(magnitude):
    with np.errstate(invalid="ignore"):
        share = magnitude / magnitude.sum(0)
        apart = BINS[:, None] - (BINS[:, None] * share).sum(0)
        sd = np.sqrt((share * apart**2).sum(0))
        skewness, kurtosis = (share * (apart / sd) ** 3).sum(0), (share * (apart / sd) ** 4).sum(0)
        plogp = np.where(share > 0, share * np.log2(np.where(share > 0, share, 1)), 0)
        entropy = -plogp.sum(0) / np.log2(len(BINS))
        slope = np.polyfit(FREQ, magnitude, 1)[0] / magnitude.sum(0)
        crest = magnitude.max(0) / np.sqrt((magnitude**2).mean(0))
    return [np.nan_to_num(v) for v in (entropy, slope, skewness, kurtosis, crest)]


def bark(power):
    z = 13 * np.arctan(0.00076 * FREQ) + 3.5 * np.arctan((FREQ / 7500) ** 2)
    band = np.maximum(np.ceil(z), 1).astype(int)
    specific = np.array([power[band == b].sum(0) for b in range(1, 24)]) ** 0.23
    total = specific.sum(0)
    centre = np.arange(1, 24)
    weight = np.where(centre < 15, 1, 0.066 * np.exp(0.171 * centre)) * centre
    with np.errstate(invalid="ignore"):
        sharpness = 0.11 * (weight[:, None] * specific).sum(0) / total
        spread = ((total - specific.max(0)) / total) ** 2
    return [np.nan_to_num(v) for v in (sharpness, spread, total)]


def pulse(onsets):
    held = np.minimum(onsets, onsets.mean() + 4 * onsets.std())
    minute = 60 * RATE / HOP
    lags = range(int(np.floor(minute / 210)), int(np.ceil(minute / 40)) + 1)
    looks = np.arange(0, len(onsets), 16)
    found = []
    for look in looks:
        start = int(min(max(0, look - 192), max(0, len(onsets) - 384)))
        w = held[start : start + 384]
        w = w - w.mean()
        best = 0
        for lag in lags:
            if lag <= len(w) // 2:
                a, b = w[lag:], w[: len(w) - lag]
                best = max(best, (a @ b) / np.sqrt((a @ a) * (b @ b)))
        found.append(best)
    return np.interp(np.arange(len(onsets)), looks, found)


def descriptors(y):
    padded = np.pad(y, N_FFT // 2)
    raw = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    magnitude = np.abs(np.fft.rfft(raw * signal.get_window("hann", N_FFT), axis=1)).T
    known = aggregates(y)
    db = decibels(known["melspectrogram"])
    onsets = np.concatenate([np.zeros(3), np.maximum(0, np.diff(db, axis=1)).mean(0)])[: db.shape[1]]
    flux = np.concatenate([[0], np.sqrt((np.diff(magnitude, axis=1) ** 2).sum(0))])
    entropy, slope, skewness, kurtosis, crest = moments(magnitude)
    sharpness, spread, loudness = bark(magnitude**2)
    rows = [*known["mfcc"], *known["chroma_stft"], *known["contrast"], *tonnetz(known["chroma_stft"])]
    rows += [np.sqrt((raw**2).mean(1)), known["zcr"], known["centroid"], known["spec_bw"], known["rolloff"]]
    rows += [known["flatness"], *np.polyfit(FREQ, magnitude, 1), flux, entropy, slope, skewness, kurtosis, crest]
    rows += [sharpness, spread, loudness, onsets, pulse(onsets), (BINS[:, None] * magnitude**2).sum(0)]
    return np.array(rows)


def functionals(rows):
    deltas = signal.savgol_filter(rows, 9, deriv=1, polyorder=1, axis=1, mode="interp")
    half_second = np.arange(rows.shape[1]) * HOP // (RATE // 2)
    blocks = [b for b in np.unique(half_second) if (half_second == b).sum() >= 11]
    columns = []
    for table in (rows, deltas):
        for row in table:
            parts = [row[half_second == b] for b in blocks]
            columns += [[part.std() for part in parts], [part.mean() for part in parts]]
    return np.array([[np.mean(c), np.std(c), np.min(c), np.max(c)] for c in columns]).ravel()


if __name__ == "__main__":
    values = functionals(descriptors(as_heard(song(RATE, 5), RATE)))
    print(json.dumps([float(f"{v:.9g}") for v in values]))
