/** UniPC: a deterministic sampler that corrects each step with the guess that the next one needs anyway. */
import { z } from "zod";
import { solveByElimination } from "@/lib/numerics/linear-system";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";
import { setting } from "../settings/setting";
import { guessGuidedClean } from "./clean-guess";
import { evenInLogSnr, halfLogSnr } from "./even-log-snr";
import { type Denoiser, describeSampler, type SamplerOptions } from "./sampler";

export interface UniPcOptions extends SamplerOptions {
  /** p, 1 to 3: with the corrector the error falls with the (p + 1)th power of the step. Default 2. */
  readonly order?: number;
  /** Whether the last steps use lower orders, as the paper advises for few steps; default true. */
  readonly lowerOrderFinal?: boolean;
}

/** x_0 as guessed at a noise level, λ = log(α/σ). */
type Guess = { readonly lambda: number; readonly clean: Float32Array };

/** One step of the flow: its start, the predicted x₀ there, and the other predictions that correct its direction. */
type Step = {
  readonly sample: Float32Array<ArrayBuffer>;
  readonly guess: Guess;
  readonly earlier: readonly Guess[];
};

/**
 * Zhao et al. 2023 (arXiv 2302.04867), algorithms 1 and 2 in the form that predicts data (their section 3.4), with
 * B(h) = e^h - 1 ("bh2"). From x at λ to λ' = λ + h, with z = -h, the guess D at λ and guesses D_m at λ + r_m h:
 *
 *   x' = (σ'/σ) x - α' (e^z - 1) D - α' B Σ a_m / r_m (D_m - D),   B = e^z - 1,
 *   Σ_m a_m r_m^(k-1) = k! z φ_(k+1)(z) / B   for k = 1 … p,       φ_1(z) = (e^z - 1) / z,
 *   φ_(k+1)(z) = (φ_k(z) - 1/k!) / z;          a_1 = 1/2 where there is one D_m alone.
 *
 * The predictor (UniP-p) takes p - 1 earlier guesses. The corrector (UniC-p) does the same step again with the guess at
 * its end as one more, r = 1; the model is not asked again. The first steps have fewer earlier guesses and lower order;
 * the last goes to the clean image, σ' = 0, and is D.
 *
 * Of `diffusion` only the number of steps and the full process count: the timesteps are chosen evenly in λ. A Sampler;
 * draws no noise: `noiseAt` is not used.
 */
export async function sampleUniPc(
  denoise: Denoiser,
  diffusion: GaussianDiffusion,
  startNoise: Float32Array,
  options: UniPcOptions = {},
): Promise<Float32Array<ArrayBuffer>> {
  const { onStep, order = 2, lowerOrderFinal = true } = options;
  const process = evenInLogSnr(diffusion);
  const lambda = process.alphasCumprod.map(halfLogSnr);
  let sample = new Float32Array(startNoise);
  let before: Step | null = null;
  for (let stepIndex = 0; stepIndex < process.stepCount; stepIndex++) {
    const step = process.stepCount - 1 - stepIndex;
    const timestep = process.timesteps[step] as number;
    const { noise } = await denoise(sample, timestep);
    const clean = await guessGuidedClean(process, sample, noise, step, options);
    if (step === 0) {
      sample = clean;
    } else {
      const guess = { lambda: lambda[step] as number, clean };
      const corrected: Float32Array<ArrayBuffer> =
        before === null ? sample : advance({ ...before, earlier: [...before.earlier, guess] }, guess.lambda);
      const known: readonly Guess[] = before === null ? [] : [before.guess, ...before.earlier];
      const steps = Math.min(order, stepIndex + 1, lowerOrderFinal ? step + 1 : order);
      before = { sample: corrected, guess, earlier: known.slice(0, steps - 1) };
      sample = advance(before, lambda[step - 1] as number);
    }
    await onStep?.({ stepIndex, stepCount: process.stepCount, timestep, sample, predictedClean: clean });
  }
  return sample;
}

/** x at λ = `to`. */
function advance({ sample, guess, earlier: others }: Step, to: number): Float32Array<ArrayBuffer> {
  const h = to - guess.lambda;
  const growth = Math.expm1(-h);
  const [before, after] = [signalAndNoise(guess.lambda), signalAndNoise(to)];
  const ratios = others.map(({ lambda }) => (lambda - guess.lambda) / h);
  const bends = bendWeights(h, ratios).map((weight, m) => (-after.signal * growth * weight) / ratios[m]!);
  const straight = -after.signal * growth - bends.reduce((sum, bend) => sum + bend, 0);
  const kept = after.noise / before.noise;
  const next = new Float32Array(sample.length);
  for (let index = 0; index < next.length; index++) {
    let value = kept * sample[index]! + straight * guess.clean[index]!;
    for (let m = 0; m < bends.length; m++) value += bends[m]! * others[m]!.clean[index]!;
    next[index] = value;
  }
  return next;
}

/** The a_m for guesses at `ratios`. */
function bendWeights(h: number, ratios: readonly number[]): number[] {
  const count = ratios.length;
  if (count < 2) return ratios.map(() => 0.5);
  const z = -h;
  const growth = Math.expm1(z);
  const powers = Float64Array.from(
    { length: count ** 2 },
    (_, at) => ratios[at % count]! ** Math.floor(at / count),
  );
  const wanted = new Float64Array(count);
  let factorial = 1;
  // z φ_(k+1)(z)
  let term = growth / z - 1;
  for (let k = 1; k <= count; k++) {
    factorial *= k;
    wanted[k - 1] = (factorial * term) / growth;
    term = term / z - 1 / (factorial * (k + 1));
  }
  return [...solveByElimination(powers, wanted, count)];
}

/** α and σ, whose squares add up to 1 and whose quotient is e^λ. */
function signalAndNoise(lambda: number): { signal: number; noise: number } {
  return { signal: 1 / Math.sqrt(1 + Math.exp(-2 * lambda)), noise: 1 / Math.sqrt(1 + Math.exp(2 * lambda)) };
}

export const uniPc = describeSampler({
  name: "unipc",
  title: "UniPC (bh2)",
  description:
    "Third order (or fourth) and deterministic: corrects each step without another evaluation of the model.",
  defaultSteps: 15,
  settings: {
    solverOrder: setting(z.number().int("2 or 3.").min(2, "2 or 3.").max(3, "2 or 3.").default(2), {
      label: "Solver order",
      description: "Order of the predictor; the corrector adds one",
      help: "2 or 3; with guidance and few steps, 2 is more stable.",
    }),
  },
  create:
    ({ solverOrder: order }) =>
    (denoise, diffusion, startNoise, options) =>
      sampleUniPc(denoise, diffusion, startNoise, { ...options, order }),
});
