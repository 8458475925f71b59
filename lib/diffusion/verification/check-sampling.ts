/** Holds whole sampling runs against the reference's, noise for noise. */
import type { ModelSessions } from "../model/model-sessions";
import { emptyCaption } from "../model/tokenizer";
import { createDiffusion, type GaussianDiffusion } from "../process/gaussian-diffusion";
import { sampleAncestral } from "../samplers/ancestral";
import { sampleDdim } from "../samplers/ddim";
import type { Denoiser, Sampler } from "../samplers/sampler";
import { captionDenoiser } from "../sampling/caption-denoiser";
import { type ReferenceCase, referenceCaptions, referenceFloats, referenceTensor } from "./reference-case";
import { type Measured, relativeError } from "./relative-error";

/** Every step feeds its rounding to the next, and guidance multiplies it. */
const TOLERANCE = 2e-3;

/** What the reference's second run of a base case uses. */
const DDIM_RESPACING = "ddim10";

/**
 * Compares `sample.output`, and `sample.trajectory` where it is given: ancestral sampling with the noise of
 * `sample.step_noise`, or DDIM where the case has none; respacing and guidance scale as the metadata states.
 */
export async function checkSample(reference: ReferenceCase, model: ModelSessions): Promise<Measured[]> {
  const ancestral = reference.tensors.has("sample.step_noise");
  const { images, trajectory } = await sampleImages(reference, model, {
    sampler: ancestral ? sampleAncestral : sampleDdim,
    respacing: reference.metadata.respacing ?? "",
    stepNoise: ancestral ? referenceFloats(reference, "sample.step_noise") : null,
  });
  const measured = [compare(images, reference, "sample.output")];
  if (reference.tensors.has("sample.trajectory")) {
    measured.push(compare(trajectory, reference, "sample.trajectory"));
  }
  return measured;
}

/** Compares `ddim.output`: ten steps of DDIM from the start noise of `sample`, eta 0. */
export async function checkDdim(reference: ReferenceCase, model: ModelSessions): Promise<Measured[]> {
  const { images } = await sampleImages(reference, model, {
    sampler: sampleDdim,
    respacing: DDIM_RESPACING,
    stepNoise: null,
  });
  return [compare(images, reference, "ddim.output")];
}

function compare(actual: Float32Array, reference: ReferenceCase, name: string): Measured {
  return {
    part: name,
    relativeError: relativeError(actual, referenceFloats(reference, name), name),
    tolerance: TOLERANCE,
  };
}

type SamplingRun = { sampler: Sampler; respacing: string; stepNoise: Float32Array | null };

/** Samples the case's images one by one, as everywhere; `trajectory` is [steps, images, 3, size, size]. */
async function sampleImages(reference: ReferenceCase, model: ModelSessions, run: SamplingRun) {
  const startNoise = referenceFloats(reference, "sample.initial_noise");
  const [count] = referenceTensor(reference, "sample.initial_noise").shape as readonly [number];
  const length = startNoise.length / count;
  const diffusion = createDiffusion({
    noiseSchedule: model.options.noise_schedule,
    diffusionSteps: model.options.diffusion_steps,
    respacing: run.respacing,
  });
  const images = new Float32Array(startNoise.length);
  const trajectory = new Float32Array(diffusion.stepCount * startNoise.length);
  const captions = referenceCaptions(reference);
  for (let image = 0; image < count; image++) {
    const at = (step: number) => (step * count + image) * length;
    const denoise = await imageDenoiser(reference, model, captions[image]!, image);
    const start = startNoise.subarray(at(0), at(0) + length);
    const sample = await sampleImage(denoise, diffusion, start, run, at, trajectory);
    images.set(sample, at(0));
  }
  return { images, trajectory };
}

function sampleImage(
  denoise: Denoiser,
  diffusion: GaussianDiffusion,
  startNoise: Float32Array,
  { sampler, stepNoise }: SamplingRun,
  at: (step: number) => number,
  trajectory: Float32Array,
) {
  return sampler(denoise, diffusion, startNoise, {
    ...(stepNoise && { noiseAt: (step) => stepNoise.subarray(at(step), at(step) + startNoise.length) }),
    onStep: ({ stepIndex, sample }) => trajectory.set(sample, at(stepIndex)),
  });
}

async function imageDenoiser(
  reference: ReferenceCase,
  model: ModelSessions,
  caption: ReturnType<typeof referenceCaptions>[number],
  image: number,
): Promise<Denoiser> {
  const guidanceScale = Number(reference.metadata.guidance_scale ?? 1);
  const captions = {
    conditional: await model.encodeCaption(caption),
    unconditional:
      guidanceScale === 1 ? null : await model.encodeCaption(emptyCaption(model.options.text_ctx)),
  };
  const { lowResSizePx } = model.architecture;
  if (lowResSizePx === null) return captionDenoiser(model, captions, { guidanceScale, lowResImage: null });
  const length = 3 * lowResSizePx ** 2;
  const lowResImage = referenceFloats(reference, "forward.low_res").subarray(
    image * length,
    (image + 1) * length,
  );
  return captionDenoiser(model, captions, { guidanceScale, lowResImage });
}
