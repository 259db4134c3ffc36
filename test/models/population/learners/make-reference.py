"""
Writes reference.json: small regressions and what numpy and scikit-learn make of them.
    /usr/bin/python3 test/models/population/learners/make-reference.py    (scikit-learn 1.2.1, numpy 1.24)
"""
import json
import os

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, DotProduct, ConstantKernel
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor

rng = np.random.default_rng(20190523)
n, d, m = 40, 4, 12
z = rng.normal(size=(n, d)).astype(np.float32).astype(float).round(4)
new = rng.normal(size=(m, d)).round(4)
y = np.stack([np.sin(z[:, 0] + z[:, 1]), z[:, 2] - 0.5 * z[:, 3] ** 2], axis=1)
y = (y + 0.3 * rng.normal(size=y.shape)).round(4)
w = rng.uniform(0.4, 2.5, size=n).round(3)
w = (w / w.mean()).round(4)


def weighted_mean(rows):
    return np.average(y[rows], axis=0, weights=w[rows])


def gaussian_process(rows, at):
    kernel = RBF(np.sqrt(4 * d / 2)) + ConstantKernel(0.76 / d) * DotProduct(1e-9)
    model = GaussianProcessRegressor(kernel, alpha=4 / w[rows], optimizer=None)
    mean = weighted_mean(rows)
    return model.fit(z[rows], y[rows] - mean).predict(at).reshape(len(at), 2) + mean


def ridge(rows, at):
    return Ridge(alpha=6).fit(z[rows], y[rows], sample_weight=w[rows]).predict(at)


def leave_one_out(learn):
    rows = np.arange(n)
    return np.concatenate([learn(rows[rows != i], z[i : i + 1]) for i in rows])


everyone = np.arange(n)
tree = DecisionTreeRegressor(min_samples_leaf=3, max_depth=5, random_state=0).fit(z, y, sample_weight=w)
boosting = [
    GradientBoostingRegressor(
        criterion="squared_error", n_estimators=20, learning_rate=0.1, max_depth=2, min_samples_leaf=2, random_state=0
    )
    .fit(z, y[:, t], sample_weight=w)
    .predict(new)
    for t in range(2)
]
machine = [SVR(C=0.7, epsilon=0.1, gamma=0.25 / d, tol=1e-3).fit(z, y[:, t]).predict(new) for t in range(2)]

reference = {
    "z": z, "targets": y, "weights": w, "newZ": new,
    "gaussianProcess": {"predicted": gaussian_process(everyone, new), "leaveOneOut": leave_one_out(gaussian_process)},
    "ridge": {"predicted": ridge(everyone, new), "leaveOneOut": leave_one_out(ridge)},
    "leastSquares": LinearRegression().fit(z, y, sample_weight=w).predict(new),
    "tree": {"predicted": tree.predict(new), "leaves": int(tree.get_n_leaves())},
    "boosting": np.stack(boosting, axis=1),
    "supportVectors": np.stack(machine, axis=1),
}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return np.round(value, 12).tolist() if isinstance(value, np.ndarray) else value


with open(os.path.join(os.path.dirname(__file__), "reference.json"), "w") as file:
    json.dump(plain(reference), file, indent=1)
    file.write("\n")
