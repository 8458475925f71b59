/** The loss that training minimises: the error of the predicted noise, and the bound that teaches the variance. */
import type { Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";
import type { DrawnTimestep } from "./timestep-weights";

/** Half the width of an 8-bit value's bin, on the scale from -1 to 1. */
const HALF_BIN = 1 / 255;

/** Stands for infinity where a bin is open: far beyond every value, near enough for finite arithmetic. */
const OPEN_BIN = 1000;

/** Values from here on belong to the outermost bins, which are open. */
const OUTERMOST = 0.999;

/** Probabilities below this are taken as this: their logarithm would be lost to rounding. */
const SMALLEST_PROBABILITY = 1e-12;

/** Names of the loss's own inputs: `noise` always, the others where the variance is learned. */
export type LossFeeds = {
  noise: Float32Array;
  noise_error_root_weight?: Float32Array;
  bound_weight?: Float32Array;
  log_variance_range?: Float32Array;
  mean_error_weight?: Float32Array;
  is_first_step?: Uint8Array;
  bin_below?: Float32Array;
  bin_above?: Float32Array;
};

/** Mean squared error of the predicted noise (Ho et al. 2020, equation 14): L_simple, a scalar. */
export function noiseLoss(prediction: Tensor): Tensor {
  const [predicted] = splitPrediction(prediction);
  return op.meanSquaredError(predicted, declareNoise(prediction));
}

/**
 * L_simple + T/1000 · L_t, with L_t the variational bound's term of the drawn timestep in bits per value and no
 * gradient through the mean (Nichol & Dhariwal 2021, section 3.1: L_hybrid with λ = 0.001). Without the second term
 * the variance that ancestral sampling uses would drift away from what it was trained to.
 *
 * With δ = log Σ - log β̃ the learned rise of the log variance, e the error of the noise and w its weight:
 *
 *   L_t = ½ (δ - 1 + e^-δ (1 + w e²))     for t > 0, the divergence of two normal distributions
 *   L_0 = -log P(the image's 8-bit value | μ, Σ)
 *
 * Each image's shares of both have their own weights, see TimestepDraw.
 *
 * @returns scalars; `loss` is to be minimised, the others tell its parts.
 */
export function hybridLoss(
  prediction: Tensor,
  diffusion: GaussianDiffusion,
): { loss: Tensor; noiseError: Tensor; bound: Tensor } {
  const { predicted, noise, rootWeight, bits } = hybridTerms(prediction, diffusion);
  const bound = op.reduceMean(bits, [0, 1, 2, 3]);
  const noiseError = op.meanSquaredError(op.mul(predicted, rootWeight), op.mul(noise, rootWeight));
  return {
    loss: op.add(noiseError, op.mul(bound, diffusion.stepCount / 1000)),
    noiseError,
    bound,
  };
}

/** The loss of each image by itself, [B]; their mean is the batch's `hybridLoss`. */
export function hybridLossPerImage(prediction: Tensor, diffusion: GaussianDiffusion): Tensor {
  const { predicted, noise, rootWeight, bits } = hybridTerms(prediction, diffusion);
  const error = op.square(op.mul(op.sub(predicted, noise), rootWeight));
  return op.reduceMean(op.add(error, op.mul(bits, diffusion.stepCount / 1000)), [1, 2, 3]);
}

/** `bits`: the weighted terms of the bound, [B, 3, H, W]. */
function hybridTerms(prediction: Tensor, diffusion: GaussianDiffusion) {
  const { graph } = prediction;
  const [batch] = prediction.shape as readonly [number];
  const [predicted, interpolation] = splitPrediction(prediction);
  const noise = declareNoise(prediction);
  const perImage = [batch, 1, 1, 1];
  const range = graph.input("log_variance_range", perImage);
  const weight = graph.input("mean_error_weight", perImage);
  const rootWeight = graph.input("noise_error_root_weight", perImage);
  const boundWeight = graph.input("bound_weight", perImage);
  const isFirst = graph.input("is_first_step", perImage, "bool");

  const error = op.sub(op.stopGradient(predicted), noise);
  const rise = op.mul(op.mul(op.add(interpolation, 1), 0.5), range);
  const squares = op.mul(op.square(error), weight);
  const divergence = op.mul(op.add(op.sub(rise, 1), op.mul(op.exp(op.neg(rise)), op.add(squares, 1))), 0.5);
  const surprise = firstStepSurprise(error, rise, diffusion);
  const bits = op.mul(op.where(isFirst, surprise, divergence), 1 / Math.LN2);
  return { predicted, noise, rootWeight, bits: op.mul(bits, boundWeight) };
}

/** -log of the probability that the first step's normal distribution gives to each value's 8-bit bin. */
function firstStepSurprise(error: Tensor, rise: Tensor, diffusion: GaussianDiffusion): Tensor {
  const { graph, shape } = error;
  const signal = diffusion.alphasCumprod[0]!;
  const distance = op.mul(error, Math.sqrt(1 / signal - 1));
  const inverseDeviation = op.exp(op.mul(op.add(rise, diffusion.posteriorLogVarianceClipped[0]!), -0.5));
  const cumulative = (boundary: Tensor) =>
    op.erf(op.mul(op.mul(op.add(distance, boundary), inverseDeviation), Math.SQRT1_2));
  const above = cumulative(graph.input("bin_above", shape));
  const below = cumulative(graph.input("bin_below", shape));
  const probability = op.mul(op.sub(above, below), 0.5);
  return op.neg(op.log(op.clip(probability, SMALLEST_PROBABILITY, 1)));
}

/**
 * Values of the loss's inputs for a batch.
 *
 * @param images [B, 3, H, W] in [-1, 1]; noise of the same length; one timestep per image.
 */
export function lossFeeds(
  images: Float32Array,
  noise: Float32Array,
  drawn: readonly DrawnTimestep[],
  diffusion: GaussianDiffusion,
): Required<LossFeeds> {
  const timesteps = drawn.map(({ timestep }) => timestep);
  return {
    noise,
    noise_error_root_weight: Float32Array.from(drawn, ({ errorWeight }) => Math.sqrt(errorWeight)),
    bound_weight: Float32Array.from(drawn, ({ boundWeight }) => boundWeight),
    log_variance_range: Float32Array.from(
      timesteps,
      (t) => Math.log(diffusion.betas[t]!) - diffusion.posteriorLogVarianceClipped[t]!,
    ),
    mean_error_weight: Float32Array.from(timesteps, (t) => meanErrorWeight(diffusion, t)),
    is_first_step: Uint8Array.from(timesteps, (t) => (t === 0 ? 1 : 0)),
    bin_below: images.map((value) => (value < -OUTERMOST ? -OPEN_BIN : -HALF_BIN)),
    bin_above: images.map((value) => (value > OUTERMOST ? OPEN_BIN : HALF_BIN)),
  };
}

/**
 * (μ̃ - μ)² / β̃ for a noise error of 1: an error e moves the guessed image by √(1/ᾱ - 1) e. Step 0, where β̃ is 0,
 * takes no part in the divergence.
 */
function meanErrorWeight(diffusion: GaussianDiffusion, t: number): number {
  if (t === 0) return 0;
  const shift = diffusion.posteriorMeanCoef1[t]! ** 2 * (1 / diffusion.alphasCumprod[t]! - 1);
  return shift / diffusion.posteriorVariance[t]!;
}

/** [B, 6, H, W] → predicted noise and the interpolation of the log variance, each [B, 3, H, W]. */
function splitPrediction(prediction: Tensor): [Tensor, Tensor] {
  return op.split(prediction, [3, 3], 1) as [Tensor, Tensor];
}

function declareNoise(prediction: Tensor): Tensor {
  const [batch, , height, width] = prediction.shape as readonly [number, number, number, number];
  return prediction.graph.input("noise", [batch, 3, height, width]);
}
