/** The variational bound's terms against their definitions, and which outputs its gradient reaches. */
import { beforeAll, describe, expect, test } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { hybridLoss, lossFeeds } from "@/lib/diffusion/training/diffusion-loss";
import { noiseErrorWeight } from "@/lib/diffusion/training/timestep-weights";
import { gradients } from "@/lib/engine/autodiff";
import { Graph } from "@/lib/engine/graph/graph";
import { createSession, type Session } from "@/lib/engine/runtime/session";
import { Random } from "@/lib/numerics/random";

const diffusion = createDiffusion({ noiseSchedule: "squaredcos_cap_v2", diffusionSteps: 1000 });
const timesteps = [0, 1, 500, 999];
const drawn = timesteps.map((timestep) => ({ timestep, errorWeight: 1, boundWeight: 1 }));
const area = 4;
const values = 3 * area;

const random = new Random(8);
const images = random.normals(timesteps.length * values).map((value) => Math.max(-1, Math.min(1, value)));
const noise = random.normals(images.length);
// Per image three planes of noise, near the truth as after training, and three of variance from -1 to 1.
const prediction = new Float32Array(2 * images.length);
for (let n = 0; n < timesteps.length; n++) {
  for (let i = 0; i < values; i++) {
    prediction[2 * n * values + i] = noise[n * values + i]! + 0.3 * random.normal();
    prediction[(2 * n + 1) * values + i] = 2 * random.uniform() - 1;
  }
}

/** Terms of the bound, in bits per value, from the means and variances of the two normal distributions. */
function expectedBound(weights = timesteps.map(() => 1)): number {
  let nats = 0;
  for (const [n, t] of timesteps.entries()) {
    const part = (data: Float32Array, from: number) => data.slice(from, from + values);
    const clean = part(images, n * values);
    const noisy = diffusion.addNoise(clean, part(noise, n * values), t);
    const guess = diffusion.predictClean(noisy, part(prediction, 2 * n * values), t, { clip: false });
    const mean = diffusion.posteriorMean(guess, noisy, t);
    const trueMean = diffusion.posteriorMean(clean, noisy, t);
    const logVariance = diffusion.modelLogVariance(part(prediction, (2 * n + 1) * values), t, values);
    const trueLogVariance = diffusion.posteriorLogVarianceClipped[t]!;
    for (let i = 0; i < values; i++) {
      nats +=
        weights[n]! *
        (t === 0
          ? -Math.log(binProbability(clean[i]!, mean[i]!, Math.exp(logVariance[i]! / 2)))
          : 0.5 *
            (logVariance[i]! -
              trueLogVariance -
              1 +
              Math.exp(trueLogVariance - logVariance[i]!) +
              (trueMean[i]! - mean[i]!) ** 2 * Math.exp(-logVariance[i]!)));
    }
  }
  return nats / images.length / Math.LN2;
}

/** The normal density integrated over the value's 8-bit bin by Simpson's rule; the outermost bins are open. */
function binProbability(value: number, mean: number, deviation: number): number {
  const from = value < -0.999 ? mean - 12 * deviation : value - 1 / 255;
  const to = value > 0.999 ? mean + 12 * deviation : value + 1 / 255;
  const pieces = 20_000;
  const width = (to - from) / pieces;
  let sum = 0;
  for (let piece = 0; piece <= pieces; piece++) {
    const weight = piece === 0 || piece === pieces ? 1 : piece % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-0.5 * ((from + piece * width - mean) / deviation) ** 2);
  }
  return (sum * width) / 3 / (deviation * Math.sqrt(2 * Math.PI));
}

describe("hybrid loss", () => {
  let session: Session;
  let result: Record<string, Float32Array>;

  beforeAll(async () => {
    const graph = new Graph("loss");
    const input = graph.parameter("prediction", [timesteps.length, 6, 2, 2]);
    const { loss, noiseError, bound } = hybridLoss(input, diffusion);
    for (const [name, tensor] of Object.entries({ loss, noiseError, bound })) graph.output(name, tensor);
    for (const [name, tensor] of Object.entries({ loss, noiseError, bound })) {
      graph.output(`gradient of ${name}`, gradients(tensor, [input])[0]!);
    }
    session = await createSession(graph, { threads: 1 });
    const feeds = { prediction, ...lossFeeds(images, noise, drawn, diffusion) };
    result = (await session.run(feeds)) as Record<string, Float32Array>;
  });

  test("the bound is the mean divergence of the steps' distributions, in bits", () => {
    // float32 arithmetic on differences of log variances of size 10.
    expect(Math.abs(result.bound![0]! / expectedBound() - 1)).toBeLessThan(1e-4);
  });

  test("the loss is the noise's squared error plus the bound at T/1000", () => {
    let squares = 0;
    for (const [i, value] of noise.entries()) {
      const at = Math.floor(i / values) * 2 * values + (i % values);
      squares += (prediction[at]! - value) ** 2 / noise.length;
    }
    expect(result.noiseError![0]!).toBeCloseTo(squares, 5);
    expect(result.loss![0]!).toBeCloseTo(squares + result.bound![0]!, 5);
  });

  test("min-SNR weights bound the weight of the x₀ error at every timestep", async () => {
    const gamma = 5;
    const weighted = await session.run({
      prediction,
      ...lossFeeds(
        images,
        noise,
        drawn.map((each) => ({
          ...each,
          errorWeight: noiseErrorWeight(diffusion.alphasCumprod[each.timestep]!, {
            minSnrGamma: gamma,
            snrFloor: 0,
          }),
        })),
        diffusion,
      ),
    });
    let squares = 0;
    for (const [i, value] of noise.entries()) {
      const at = Math.floor(i / values) * 2 * values + (i % values);
      const signal = diffusion.alphasCumprod[timesteps[Math.floor(i / values)]!]!;
      const ratio = signal / (1 - signal);
      squares += ((Math.min(ratio, gamma) / ratio) * (prediction[at]! - value) ** 2) / noise.length;
    }
    expect(Number(weighted.noiseError![0])).toBeCloseTo(squares, 5);
    expect(squares).toBeLessThan(0.9 * result.noiseError![0]!);
  });

  test("each image's noise error and bound count as often as its timestep weighs", async () => {
    const weighting = { minSnrGamma: 5, snrFloor: 0.2 };
    const boundWeights = [2, 0.5, 1, 3];
    const weighted = await session.run({
      prediction,
      ...lossFeeds(
        images,
        noise,
        timesteps.map((timestep, n) => ({
          timestep,
          errorWeight: noiseErrorWeight(diffusion.alphasCumprod[timestep]!, weighting),
          boundWeight: boundWeights[n]!,
        })),
        diffusion,
      ),
    });
    let squares = 0;
    for (const [i, value] of noise.entries()) {
      const at = Math.floor(i / values) * 2 * values + (i % values);
      const signal = diffusion.alphasCumprod[timesteps[Math.floor(i / values)]!]!;
      squares += (noiseErrorWeight(signal, weighting) * (prediction[at]! - value) ** 2) / noise.length;
    }
    expect(Number(weighted.noiseError![0]) / squares).toBeCloseTo(1, 5);
    expect(Number(weighted.bound![0]) / expectedBound(boundWeights)).toBeCloseTo(1, 4);
  });

  test("the bound's gradient reaches the variance and not the noise", () => {
    const ofBound = result["gradient of bound"]!;
    for (let n = 0; n < timesteps.length; n++) {
      const start = 2 * n * values;
      expect(ofBound.subarray(start, start + values).every((value) => value === 0)).toBe(true);
      expect(ofBound.subarray(start + values, start + 2 * values).some((value) => value !== 0)).toBe(true);
    }
    const ofLoss = result["gradient of loss"]!;
    const ofError = result["gradient of noiseError"]!;
    ofLoss.forEach((value, i) => {
      expect(value).toBeCloseTo(ofError[i]! + ofBound[i]!, 6);
    });
  });

  test("a hopeless first step costs a finite number of bits and has no NaN gradient", async () => {
    // Predicted noise 300 times too large, the variance as before.
    const far = prediction.map((value, i) => (i % (2 * values) < values ? 300 * value : value));
    const output = await session.run({
      prediction: far,
      ...lossFeeds(images, noise, drawn, diffusion),
    });
    const { bound, "gradient of bound": gradient } = output;
    expect(Number.isFinite(Number(bound![0]))).toBe(true);
    expect((gradient as Float32Array).every(Number.isFinite)).toBe(true);
  });
});
