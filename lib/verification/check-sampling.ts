/** Compares whole sampling runs with the reference's, on the same noise. */
import type { ModelSessions } from "@/lib/diffusion/model/model-sessions";
import { emptyCaption, encodeCaption } from "@/lib/diffusion/model/tokenizer";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { sampleAncestral } from "@/lib/diffusion/samplers/ancestral";
import { sampleDdim } from "@/lib/diffusion/samplers/ddim";
import type { Sampler, SamplerOptions } from "@/lib/diffusion/samplers/sampler";
import { captionDenoiser } from "@/lib/diffusion/sampling/caption-denoiser";
import { maskPixels } from "@/lib/diffusion/sampling/known-image";
import { compareRelatively, compareWith, type Measured } from "./measured";
import {
  partOf,
  type ReferenceValues,
  referenceCaptions,
  referenceFloats,
  referenceTensor,
} from "./reference-case";

/** Every step passes its rounding error on to the next, and guidance multiplies it. */
const TOLERANCE = 2e-3;

const KNOWN_TOLERANCE = 1e-6;

/** What the reference's second run of a base case uses. */
const DDIM_RESPACING = "ddim10";

/**
 * Compares `sample.output`, and `sample.trajectory` where it is given: ancestral sampling with the noise of
 * `sample.step_noise`, or DDIM where the case has none; respacing and guidance scale as the metadata states.
 */
export async function checkSample(reference: ReferenceValues, model: ModelSessions): Promise<Measured[]> {
  const ancestral = reference.tensors.has("sample.step_noise");
  const { images, trajectory } = await sampleImages(reference, model, {
    sampler: ancestral ? sampleAncestral : sampleDdim,
    respacing: reference.metadata.respacing ?? "",
    guidanceScale: Number(reference.metadata.guidance_scale ?? 1),
  });
  const measured = [compareImages(images, reference, "sample.output")];
  if (reference.tensors.has("sample.trajectory")) {
    measured.push(compareImages(trajectory, reference, "sample.trajectory"));
  }
  if (model.architecture.inpaints) measured.push(compareKnown(images, reference));
  return measured;
}

/** Compares `ddim.output`: ten steps of DDIM from the start noise of `sample`, eta 0. */
export async function checkDdim(reference: ReferenceValues, model: ModelSessions): Promise<Measured[]> {
  const { images } = await sampleImages(reference, model, {
    sampler: sampleDdim,
    respacing: DDIM_RESPACING,
    guidanceScale: Number(reference.metadata.guidance_scale ?? 1),
  });
  return [compareImages(images, reference, "ddim.output")];
}

export function compareImages(actual: Float32Array, reference: ReferenceValues, name: string): Measured {
  return compareWith(reference, name, actual, TOLERANCE);
}

/** The known part of an image must come out unchanged, whatever was drawn around it. */
function compareKnown(images: Float32Array, reference: ReferenceValues): Measured {
  const part = "sample.inpaint_image where it is known";
  const [count] = referenceTensor(reference, "sample.initial_noise").shape as readonly [number];
  const wanted = referenceFloats(reference, "sample.inpaint_image");
  const [actual, expected] = [images, wanted].map((values) =>
    Array.from({ length: count }, (_, image) => {
      const { mask } = knownPixels(reference, image, count);
      return partOf(values, image, count).filter((_value, at) => mask[at] === 1);
    }).flatMap((values) => [...values]),
  );
  return compareRelatively(part, actual!, expected!, { tolerance: KNOWN_TOLERANCE });
}

/** Of one image, `sample.inpaint_image` times its mask, and the mask for each of its values. */
function knownPixels(reference: ReferenceValues, image: number, count: number) {
  const pixels = partOf(referenceFloats(reference, "sample.inpaint_image"), image, count);
  const ofPositions = partOf(referenceFloats(reference, "sample.inpaint_mask"), image, count);
  return maskPixels(pixels, ofPositions);
}

export type ReferenceRun = {
  readonly sampler: Sampler;
  readonly respacing: string;
  /** Classifier-free; 1 for none. */
  readonly guidanceScale: number;
  /** The guiding gradient of the image of this number. */
  readonly guidingGradientOf?: (image: number) => SamplerOptions["guidingGradient"];
};

/**
 * Samples the case's images one by one, as everywhere, from `sample.initial_noise` and, where there is one,
 * `sample.step_noise`; `trajectory` is [steps, images, 3, size, size].
 */
export async function sampleImages(reference: ReferenceValues, model: ModelSessions, run: ReferenceRun) {
  const startNoise = referenceFloats(reference, "sample.initial_noise");
  const stepNoise = reference.tensors.has("sample.step_noise")
    ? referenceFloats(reference, "sample.step_noise")
    : null;
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
    const known = model.architecture.inpaints ? knownPixels(reference, image, count) : undefined;
    const denoise = captionDenoiser(model, await encodings(model, captions[image]!, run.guidanceScale), {
      guidanceScale: run.guidanceScale,
      known,
      lowResImage: lowResImage(reference, model, image, count),
    });
    const sample = await run.sampler(denoise, diffusion, partOf(startNoise, image, count), {
      ...(stepNoise && { noiseAt: (step: number) => stepNoise.subarray(at(step), at(step) + length) }),
      known,
      guidingGradient: run.guidingGradientOf?.(image),
      onStep: (step) => trajectory.set(step.sample, at(step.stepIndex)),
    });
    images.set(sample, at(0));
  }
  return { images, trajectory };
}

async function encodings(model: ModelSessions, caption: string, guidanceScale: number) {
  const { text_ctx: context } = model.options;
  return {
    conditional: await model.encodeCaption(encodeCaption(caption, context)),
    unconditional: guidanceScale === 1 ? null : await model.encodeCaption(emptyCaption(context)),
  };
}

/** That of the sampling, else that of the forward pass. */
function lowResImage(reference: ReferenceValues, model: ModelSessions, image: number, count: number) {
  if (model.architecture.lowResSizePx === null) return null;
  const name = reference.tensors.has("sample.low_res") ? "sample.low_res" : "forward.low_res";
  return partOf(referenceFloats(reference, name), image, count);
}
