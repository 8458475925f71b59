"""The leaderboard's resampling in numpy, as fast as numpy does it: Davidson's model fitted to all replicates at once.

Reads a CSV of votes, counts outcomes per caption and per rater, draws captions and raters, and fits every replicate in
one batch of Newton's steps. Prints the bounds of the difference of each two arms in Elo points, and the version, as JSON.
"""

import csv
import json
import sys

import numpy as np

OUTCOMES = {"left": 0, "right": 1, "tie": 2}


def read_votes(path):
    names = {"arm": {}, "caption": {}, "rater": {}}
    rows = []
    with open(path, newline="", encoding="utf-8") as file:
        for caption, rater, left, right, winner in list(csv.reader(file))[1:]:
            if winner in OUTCOMES:
                rows.append(
                    (
                        names["caption"].setdefault(caption, len(names["caption"])),
                        names["rater"].setdefault(rater, len(names["rater"])),
                        names["arm"].setdefault(left, len(names["arm"])),
                        names["arm"].setdefault(right, len(names["arm"])),
                        OUTCOMES[winner],
                    )
                )
    return names, np.array(rows)


def features(pair_left, pair_right, arms):
    """Of shape [pairs, 3 outcomes, parameters]: strengths of all arms but the first, left advantage, log nu."""
    pairs = np.arange(len(pair_left))
    x = np.zeros((len(pair_left), 3, arms + 2))
    x[pairs, 0, pair_left] = 1
    x[pairs, 1, pair_right] = 1
    x[pairs, 2, pair_left] += 0.5
    x[pairs, 2, pair_right] += 0.5
    x[:, 0, arms] = 1
    x[:, 2, arms + 1] = 1
    return x[:, :, 1:]


def fit(counts, x, start, steps=8):
    """Maximum likelihood for counts of shape [replicates, pairs, 3]; returns [replicates, parameters]."""
    theta = np.repeat(start[None], len(counts), axis=0)
    totals = counts.sum(axis=2)
    size = x.shape[2]
    flat = x.reshape(-1, size)
    products = (x[:, :, :, None] * x[:, :, None, :]).reshape(-1, size * size)
    for _ in range(steps):
        utility = (theta @ flat.T).reshape(counts.shape)
        weights = np.exp(utility - utility.max(axis=2, keepdims=True))
        expected = totals[:, :, None] * weights / weights.sum(axis=2, keepdims=True)
        gradient = (counts - expected).reshape(len(counts), -1) @ flat
        second = (expected.reshape(len(counts), -1) @ products).reshape(-1, size, size)
        means = np.einsum("rpo,pok->rpk", expected, x)
        second -= np.einsum("rpk,rpl->rkl", means / np.maximum(totals, 1e-300)[:, :, None], means)
        step = np.linalg.solve(second, gradient[:, :, None])[:, :, 0]
        theta += step
        if np.abs(step).max() < 1e-7:
            break
    return theta


def main(path, replicates):
    names, votes = read_votes(path)
    arms = len(names["arm"])
    caption, rater, left, right, outcome = votes.T
    pair, pair_index = np.unique(left * arms + right, return_inverse=True)
    cell = pair_index * 3 + outcome
    x = features(pair // arms, pair % arms, arms)
    size = len(pair) * 3
    random = np.random.default_rng(1)
    counted = np.bincount(cell, minlength=size).astype(float).reshape(1, -1, 3)
    full = fit(counted, x, np.zeros(arms + 1), 30)[0]
    deviations = np.zeros((replicates, arms + 1))
    for cluster, count in ((caption, len(names["caption"])), (rater, len(names["rater"]))):
        by_cluster = np.bincount(cluster * size + cell, minlength=count * size).reshape(count, size).astype(float)
        drawn = random.multinomial(count, np.full(count, 1 / count), size=replicates).astype(float) @ by_cluster
        refits = fit(drawn.reshape(replicates, -1, 3), x, full)
        deviations += np.sqrt(count / (count - 1)) * (refits - full)
    elo = 400 / np.log(10)
    strength = np.concatenate([[0.0], full[: arms - 1]]) * elo
    moved = np.concatenate([np.zeros((replicates, 1)), deviations[:, : arms - 1]], axis=1) * elo
    arm_names = list(names["arm"])
    pairs = []
    for i in range(arms):
        for j in range(i + 1, arms):
            low, high = np.quantile(moved[:, i] - moved[:, j], [0.025, 0.975])
            value = strength[i] - strength[j]
            pairs.append([arm_names[i], arm_names[j], value, value + low, value + high])
    print(json.dumps({"differences": pairs, "numpy": np.__version__}))


main(sys.argv[1], int(sys.argv[2]))
