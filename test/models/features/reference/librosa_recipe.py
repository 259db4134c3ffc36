"""Reference values of the 20 population aggregates, by another route than the project's: numpy and scipy, whole
arrays, dense filter banks, library FFT, DCT and Savitzky-Golay, following librosa 0.9's definitions.

Run (numpy 2.4, scipy 1.17):  python3 librosa_recipe.py > expected-aggregates.json
"""
import json
import numpy as np
from scipy import fft, signal

ZERO_CROSSINGS, ROLL_OFF, BETA = 64, 0.9475937167399596, 14.769656459379492
RATE, N_FFT, HOP = 22050, 2048, 512
TINY = np.finfo(np.float32).tiny


def song(rate, seconds):
    """The same samples as `referenceSong` in reference-song.ts."""
    n = np.arange(rate * seconds)
    t = n / rate
    state, noise = 12345, np.empty(len(n))
    for i in range(len(n)):
        state = (state * 1103515245 + 12345) % 2**31
        noise[i] = state / 2**30 - 1
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * 0.7 * t)
    tone = sum(np.sin(2 * np.pi * 223 * h * t) / h for h in range(1, 7))
    sweep = np.sin(2 * np.pi * (300 * t + 350 * t * t))
    return np.where(t < 0.3, 0.0, 0.2 * swell * tone + 0.1 * sweep + 0.03 * (1 - swell) * noise)


def as_heard(samples, rate):
    """16 bits, the lead of silence, 22,050 Hz."""
    sixteen = np.clip(np.floor(samples.astype(np.float32).astype(float) * 32768 + 0.5), -32768, 32767) / 32768
    x = np.concatenate([np.zeros(int(np.floor(1105 / 44100 * rate + 0.5))), sixteen])
    if rate == RATE:
        return x
    divisor = np.gcd(rate, RATE)
    up, down = RATE // divisor, rate // divisor
    scale = min(1, up / down)
    reach = int(np.ceil(ZERO_CROSSINGS / scale))
    u = np.arange(-reach * up, reach * up + 1) / up * scale
    inside = np.sqrt(np.clip(1 - (u / ZERO_CROSSINGS) ** 2, 0, None))
    window = np.where(np.abs(u) <= ZERO_CROSSINGS, np.i0(BETA * inside) / np.i0(BETA), 0)
    taps = scale * ROLL_OFF * np.sinc(ROLL_OFF * u) * window
    y = signal.upfirdn(taps, np.concatenate([x, np.zeros(reach)]), up, 1)[reach * up :: down]
    return y[: int(np.ceil(len(x) * up / down))].astype(np.float32).astype(float)


def mel_bank(bands=128):
    def to_hz(m):
        return np.where(m < 15, m * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (m - 15)))

    top = 15 + np.log(RATE / 2 / 1000) / (np.log(6.4) / 27)
    edges, freq = to_hz(np.linspace(0, top, bands + 2)), np.fft.rfftfreq(N_FFT, 1 / RATE)
    width, ramps = np.diff(edges), edges[:, None] - freq
    triangles = np.maximum(0, np.minimum(-ramps[:-2] / width[:-1, None], ramps[2:] / width[1:, None]))
    return triangles * (2 / (edges[2:] - edges[:-2]))[:, None]


def chroma_bank(tuning, n=12):
    freq = np.linspace(0, RATE, N_FFT, endpoint=False)[1:]
    pitch = n * np.log2(freq / (440 * 2 ** (tuning / n) / 16))
    pitch = np.concatenate([[pitch[0] - 1.5 * n], pitch])
    width = np.concatenate([np.maximum(np.diff(pitch), 1), [1]])
    apart = np.remainder(pitch[None] - np.arange(n)[:, None] + n / 2 + 10 * n, n) - n / 2
    weights = np.exp(-0.5 * (2 * apart / width) ** 2)
    weights /= np.sqrt((weights**2).sum(0))
    weights *= np.exp(-0.5 * ((pitch / n - 5) / 2) ** 2)
    return np.roll(weights, -3, axis=0)[:, : 1 + N_FFT // 2]


def tuning_of(power):
    freq = np.fft.rfftfreq(N_FFT, 1 / RATE)
    slope, bend = 0.5 * (power[2:] - power[:-2]), 2 * power[1:-1] - power[2:] - power[:-2]
    shift = np.pad(slope / (bend + (np.abs(bend) < TINY)), ((1, 1), (0, 0)))
    height = 0.5 * np.pad(slope, ((1, 1), (0, 0))) * shift
    strong = power * (power > 0.1 * power.max(0))
    padded = np.pad(strong, ((1, 1), (0, 0)), mode="edge")
    peak = (strong > padded[:-2]) & (strong >= padded[2:]) & ((freq >= 150) & (freq < 4000))[:, None]
    at = np.nonzero(peak)
    pitches, heights = (at[0] + shift[at]) * RATE / N_FFT, power[at] + height[at]
    residual = np.mod(12 * np.log2(pitches[heights >= np.median(heights)] / 27.5), 1)
    residual[residual >= 0.5] -= 1
    votes, edges = np.histogram(residual, np.linspace(-0.5, 0.5, 101))
    return edges[np.argmax(votes)]


def decibels(values):
    db = 10 * np.log10(np.maximum(1e-10, values))
    return np.maximum(db, db.max() - 80)


def contrast(magnitude):
    freq = np.fft.rfftfreq(N_FFT, 1 / RATE)
    edges = np.concatenate([[0], 200 * 2.0 ** np.arange(7)])
    valleys, peaks = [], []
    for band, (low, high) in enumerate(zip(edges[:-1], edges[1:])):
        inside = (freq >= low) & (freq <= high)
        at = np.flatnonzero(inside)
        if band > 0:
            inside[at[0] - 1] = True
        if band == 6:
            inside[at[-1] + 1 :] = True
        part = np.sort(magnitude[inside][: -1 if band < 6 else None], axis=0)
        count = int(max(np.rint(0.02 * inside.sum()), 1))
        valleys.append(part[:count].mean(0))
        peaks.append(part[-count:].mean(0))
    return decibels(np.array(peaks)) - decibels(np.array(valleys))


def aggregates(y):
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(y, N_FFT // 2), N_FFT)[::HOP]
    magnitude = np.abs(np.fft.rfft(frames * signal.get_window("hann", N_FFT), axis=1)).T
    power, freq = magnitude**2, np.fft.rfftfreq(N_FFT, 1 / RATE)
    chroma = chroma_bank(tuning_of(power)) @ power
    mel = mel_bank() @ power
    mfcc = fft.dct(decibels(mel), axis=0, type=2, norm="ortho")[:20]
    total = magnitude.sum(0)
    share = magnitude / np.where(total < TINY, 1, total)
    centroid = (freq[:, None] * share).sum(0)
    floored = np.maximum(1e-10, power)
    running = np.cumsum(magnitude, axis=0)
    edge = np.lib.stride_tricks.sliding_window_view(np.pad(y, N_FFT // 2, mode="edge"), N_FFT)[::HOP]
    negative = np.signbit(np.where(np.abs(edge) <= 1e-10, 0, edge))
    return {
        "chroma_stft": chroma / np.where(chroma.max(0) < TINY, 1, chroma.max(0)),
        "melspectrogram": mel,
        "mfcc": mfcc,
        "mfcc_delta": signal.savgol_filter(mfcc, 9, deriv=1, polyorder=1, axis=1, mode="interp"),
        "centroid": centroid,
        "spec_bw": np.sqrt((share * (freq[:, None] - centroid) ** 2).sum(0)),
        "contrast": contrast(magnitude),
        "flatness": np.exp(np.log(floored).mean(0)) / floored.mean(0),
        "rolloff": freq[np.argmax(running >= 0.85 * running[-1], axis=0)],
        "zcr": (negative[:, 1:] != negative[:, :-1]).sum(1) / N_FFT,
    }


if __name__ == "__main__":
    expected = {}
    for rate in (22050, 44100, 48000):
        cells = aggregates(as_heard(song(rate, 5), rate))
        expected[rate] = {
            f"{name}_{part}": float(f(v)) for name, v in cells.items() for part, f in (("mean", np.mean), ("std", np.std))
        }
    print(json.dumps(expected, indent=2))
