"""The Fréchet distance as pytorch-fid computes it: covariances, and scipy's matrix root of their product."""

import numpy
import scipy
import scipy.linalg
import torch

from tensor_files import read_tensors


class FrechetBySqrtm:
    def __init__(self, options, weights, inputs):
        self.sets = [features.numpy().astype(numpy.float64) for features in read_tensors(inputs).values()]

    def describe(self):
        return {"library": "scipy", "version": scipy.__version__, "parameters": 0}

    def run(self):
        means = [features.mean(axis=0) for features in self.sets]
        covariances = [numpy.cov(features, rowvar=False) for features in self.sets]
        root, _ = scipy.linalg.sqrtm(covariances[0].dot(covariances[1]), disp=False)
        difference = means[0] - means[1]
        distance = difference.dot(difference) + sum(map(numpy.trace, covariances)) - 2 * numpy.trace(root.real)
        return torch.tensor([distance])
