"""The leaderboard's resampling in numpy and scipy: Davidson's model refitted over resampled captions and raters.

Reads a CSV of votes, prints seconds for the resampling (reading excluded) and the bounds of each rating as JSON.
Votes are counted with numpy, the model is fitted with scipy.optimize.minimize and an exact gradient.
"""

import csv
import json
import sys
import time

import numpy as np
from scipy.optimize import minimize

OUTCOMES = {"left": 0, "right": 1, "tie": 2}


def read_votes(path):
    names = {"arm": {}, "caption": {}, "rater": {}}
    rows = []
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            left = names["arm"].setdefault(row["left"], len(names["arm"]))
            right = names["arm"].setdefault(row["right"], len(names["arm"]))
            caption = names["caption"].setdefault(row["caption"], len(names["caption"]))
            rater = names["rater"].setdefault(row["rater"], len(names["rater"]))
            if row["winner"] in OUTCOMES:
                rows.append((caption, rater, left, right, OUTCOMES[row["winner"]]))
    return names, np.array(rows)


def fit(counts, left, right, arms, start):
    """Maximum likelihood of (strengths but the first, g, log nu) for counts of shape [pairs, 3]."""

    def objective(theta):
        strength = np.concatenate([[0.0], theta[: arms - 1]])
        g, log_tie = theta[arms - 1], theta[arms]
        utility = np.stack(
            [strength[left] + g, strength[right], log_tie + (strength[left] + strength[right]) / 2], axis=1
        )
        largest = utility.max(axis=1, keepdims=True)
        weights = np.exp(utility - largest)
        total = weights.sum(axis=1, keepdims=True)
        log_p = utility - largest - np.log(total)
        residual = counts - counts.sum(axis=1, keepdims=True) * weights / total
        gradient = np.bincount(left, residual[:, 0] + residual[:, 2] / 2, arms)
        gradient += np.bincount(right, residual[:, 1] + residual[:, 2] / 2, arms)
        gradient = np.concatenate([gradient[1:], [residual[:, 0].sum(), residual[:, 2].sum()]])
        scale = counts.sum()
        return -(counts * log_p).sum() / scale, -gradient / scale

    return minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-7}).x


def ratings(theta, arms):
    strength = np.concatenate([[0.0], theta[: arms - 1]])
    return 1000 + 400 / np.log(10) * (strength - strength.mean())


def main(path, replicates):
    names, votes = read_votes(path)
    arms = len(names["arm"])
    caption, rater, left, right, outcome = votes.T
    pair, pair_index = np.unique(left * arms + right, return_inverse=True)
    cell = pair_index * 3 + outcome
    pair_left, pair_right = pair // arms, pair % arms
    size = len(pair) * 3
    random = np.random.default_rng(1)

    started = time.perf_counter()
    full = fit(np.bincount(cell, minlength=size).reshape(-1, 3).astype(float), pair_left, pair_right, arms, np.zeros(arms + 1))
    deviations = np.zeros((replicates, arms))
    for cluster, count in ((caption, len(names["caption"])), (rater, len(names["rater"]))):
        by_cluster = np.zeros((count, size))
        np.add.at(by_cluster, (cluster, cell), 1.0)
        for replicate in range(replicates):
            weights = np.bincount(random.integers(0, count, count), minlength=count)
            counts = (weights @ by_cluster).reshape(-1, 3)
            theta = fit(counts, pair_left, pair_right, arms, full)
            deviations[replicate] += np.sqrt(count / (count - 1)) * (ratings(theta, arms) - ratings(full, arms))
    low, high = np.quantile(deviations, [0.025, 0.975], axis=0)
    seconds = time.perf_counter() - started
    rating = ratings(full, arms)
    bounds = {arm: [rating[i], rating[i] + low[i], rating[i] + high[i]] for arm, i in names["arm"].items()}
    print(json.dumps({"seconds": seconds, "ratings": bounds, "numpy": np.__version__}))


main(sys.argv[1], int(sys.argv[2]))
