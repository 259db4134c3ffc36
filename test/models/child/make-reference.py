"""Reference numbers for the child's model, made without its formulas: the joint log posterior over (W, u) is written
down as it stands, one row per press, and minimised densely with no Schur complement and no warm start.
Run from this folder: python3 make-reference.py > reference.json   (numpy 2.4.6, scipy 1.17.1)"""
import json
import numpy as np
from scipy.special import log_softmax, softmax

CLASSES, SIZE, VARIANCE = 4, 5, 2.0
rng = np.random.default_rng(20240607)

mean = np.zeros((CLASSES, SIZE))
mean[:, 1:] = np.eye(CLASSES)
mean += rng.normal(0, 0.08, mean.shape)
root = np.diag(np.sqrt([0.5, 0.1, 0.1, 0.1, 0.1] * CLASSES)) + rng.normal(0, 0.06, (20, 20))
covariance = root @ root.T
precision = np.linalg.inv(covariance)

SONGS, PRESSES = 14, 45
population = np.round(rng.dirichlet([1.2] * CLASSES, SONGS) * 0.96 + 0.01, 6)
population /= population.sum(1, keepdims=True)
taste = mean + rng.normal(0, 0.4, mean.shape)
own = rng.normal(0, 1.2, (SONGS, CLASSES))
logs = np.log(population)
phi = np.c_[np.ones(SONGS), logs - logs.mean(1, keepdims=True)]
order = rng.integers(0, SONGS - 2, PRESSES)  # the last two songs are never pressed
labels = [int(rng.choice(CLASSES, p=softmax(taste @ phi[s] + own[s]))) for s in order]


def fit(presses, variance):
    """Newton on the dense joint Hessian, to the limit of double precision."""
    with_songs = variance > 0
    n = 20 + (CLASSES * SONGS if with_songs else 0)
    big = np.zeros((n, n))
    big[:20, :20] = precision
    if with_songs:
        big[20:, 20:] = np.eye(n - 20) / variance
    centre = np.r_[mean.ravel(), np.zeros(n - 20)]
    x = centre.copy()
    designs = []
    for song, _ in presses:
        design = np.zeros((CLASSES, n))
        for k in range(CLASSES):
            design[k, k * SIZE:(k + 1) * SIZE] = phi[song]
            if with_songs:
                design[k, 20 + song * CLASSES + k] = 1
        designs.append(design)
    value = lambda x: (x - centre) @ big @ (x - centre) / 2 - sum(
        log_softmax(d @ x)[y] for d, (_, y) in zip(designs, presses))
    for _ in range(100):
        gradient, hessian = big @ (x - centre), big.copy()
        for d, (_, y) in zip(designs, presses):
            p = softmax(d @ x)
            gradient += d.T @ (p - np.eye(CLASSES)[y])
            hessian += d.T @ (np.diag(p) - np.outer(p, p)) @ d
        step = np.linalg.solve(hessian, gradient)
        share = 1.0
        while value(x - share * step) > value(x) + 1e-9:
            share /= 2
        x = x - share * step
        if np.abs(step).max() < 1e-13:
            break
    offsets = x[20:].reshape(SONGS, CLASSES) if with_songs else np.zeros((SONGS, CLASSES))
    covariance_of_weights = np.linalg.inv(hessian)[:20, :20]
    return x[:20], offsets, covariance_of_weights


def say(weights, offsets, song):
    return softmax(weights.reshape(CLASSES, SIZE) @ phi[song] + offsets[song])


history = list(zip(order.tolist(), labels))
HEAD_STARTS = np.array([1.0, 7.0])  # taste, song memory
evidence = np.log(HEAD_STARTS / HEAD_STARTS.mean())
evidences = []
for at, (song, label) in enumerate(history):
    for expert, variance in enumerate((0.0, VARIANCE)):
        # Song memory says what taste says of a song that was never pressed.
        is_new = song not in [pressed for pressed, _ in history[:at]]
        weights, offsets, _ = fit(history[:at], 0.0 if is_new else variance)
        gained = np.log(say(weights, offsets, song)[label]) - np.log(population[song, label])
        evidence[expert] += min(0.0, gained) if at == 0 else gained
    evidences.append(evidence.tolist())
    evidence = evidence.copy()
fits = [fit(history, variance) for variance in (0.0, VARIANCE)]
shares = np.r_[0.5, 0.25 * np.exp(evidence)]
shares /= shares.sum()
pressed_songs = {song for song, _ in history}
mixed = [(shares[0] * population[s] + sum(w * say(f[0], f[1], s) for w, f in zip(
    shares[1:], fits if s in pressed_songs else [fits[0], fits[0]]))).tolist() for s in range(SONGS)]
print(json.dumps({
    'prior': {'mean': mean.ravel().tolist(), 'covariance': ((covariance + covariance.T) / 2).tolist()},
    'songVariance': VARIANCE,
    'population': population.tolist(),
    'presses': history,
    'evidences': evidences,
    'taste': fits[0][0].tolist(),
    'memory': fits[1][0].tolist(),
    'memoryOffsets': fits[1][1].tolist(),
    'tasteDeviations': np.sqrt(np.diag(fits[0][2])).tolist(),
    'memoryDeviations': np.sqrt(np.diag(fits[1][2])).tolist(),
    'shares': shares.tolist(),
    'mixed': mixed,
}))
