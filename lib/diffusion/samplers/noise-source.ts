/** The noise that a stochastic sampler adds at a step, with its absence and its length checked. */
import { SemblanceError } from "@/lib/errors";
import type { SamplerOptions } from "./sampler";

/**
 * Noise for one step from `options.noiseAt`.
 *
 * @throws SemblanceError invalid_input without noiseAt, shape_mismatch for noise of another length than the image.
 */
export function takeNoise(options: SamplerOptions, stepIndex: number, length: number): Float32Array {
  if (options.noiseAt === undefined) {
    throw new SemblanceError("invalid_input", "This sampler adds noise at each step, but none was given.", {
      remedy: "Pass noiseAt, or sample without noise (DDIM with eta 0).",
    });
  }
  const noise = options.noiseAt(stepIndex);
  if (noise.length !== length) {
    throw new SemblanceError(
      "shape_mismatch",
      `The noise of step ${stepIndex} has ${noise.length} values, the image ${length}.`,
      { remedy: "Noise must have the image's shape." },
    );
  }
  return noise;
}
