/** Cases PREFIX.expected.safetensors of sampling guided by CLIP, with the base model and the CLIP that it names. */
import { dirname, join } from "node:path";
import { ModelSessions } from "@/lib/diffusion/model/model-sessions";
import type { NoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";
import { sampleAncestral } from "@/lib/diffusion/samplers/ancestral";
import { sampleDdim } from "@/lib/diffusion/samplers/ddim";
import { clipGradient } from "@/lib/diffusion/sampling/clip-gradient";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareImages, type ReferenceRun, sampleImages } from "./check-sampling";
import { openReferenceClip } from "./clip-case";
import { compareExactly, compareWith, type Measured } from "./measured";
import {
  openReferenceModel,
  type ReferenceValues,
  readReferenceValues,
  referenceCaptions,
  referenceIntegers,
  referenceText,
} from "./reference-case";

const GRADIENT_TOLERANCE = 1e-3;

/** `sample.*` with what CLIP saw and said at each step, `unguided.output`, `ddim.output`. */
export const clipGuidedCase: CaseKind = {
  subject: "sampling guided by CLIP",
  files: [".expected.safetensors"],
  check,
};

async function check(prefix: string, provider: ExecutionProvider): Promise<CheckedGroup[]> {
  const reference = await readReferenceValues(`${prefix}.expected.safetensors`);
  const beside = (key: string) => join(dirname(prefix), referenceText(reference, key));
  const model = new ModelSessions(await openReferenceModel(beside("base")), { provider });
  try {
    const clip = await openReferenceClip(beside("clip"), provider);
    try {
      return await checkRuns(reference, model, clip);
    } finally {
      await clip.release();
    }
  } finally {
    await model.release();
  }
}

async function checkRuns(
  reference: ReferenceValues,
  model: ModelSessions,
  clip: NoisedClip,
): Promise<CheckedGroup[]> {
  const ancestral = {
    sampler: sampleAncestral,
    respacing: referenceText(reference, "respacing"),
    guidanceScale: 1,
  };
  const watched = await watchCaptions(reference, clip);
  const guided = await sampleImages(reference, model, {
    ...ancestral,
    guidingGradientOf: watched.guidingGradientOf,
  });
  const groups: CheckedGroup[] = [
    {
      name: "sample",
      measured: [
        compareImages(guided.images, reference, "sample.output"),
        compareImages(guided.trajectory, reference, "sample.trajectory"),
        ...watched.compare(),
      ],
    },
  ];
  if (reference.tensors.has("unguided.output")) {
    const { images } = await sampleImages(reference, model, ancestral);
    groups.push({ name: "unguided", measured: [compareImages(images, reference, "unguided.output")] });
  }
  if (reference.tensors.has("ddim.output")) {
    const eta = Number(reference.metadata.ddim_eta ?? 0);
    const { images } = await sampleImages(reference, model, {
      sampler: (denoise, diffusion, noise, options) =>
        sampleDdim(denoise, diffusion, noise, { ...options, eta }),
      respacing: referenceText(reference, "ddim_respacing"),
      guidanceScale: 1,
      guidingGradientOf: (await watchCaptions(reference, clip)).guidingGradientOf,
    });
    groups.push({ name: "ddim", measured: [compareImages(images, reference, "ddim.output")] });
  }
  return groups;
}

/** The guiding gradients of the case's captions, and what CLIP was asked and said. */
async function watchCaptions(reference: ReferenceValues, clip: NoisedClip) {
  const scale = Number(referenceText(reference, "guidance_scale"));
  const captions = referenceCaptions(reference);
  const gradients = await Promise.all(captions.map((caption) => clipGradient(clip, caption, scale)));
  const said: { timestep: number; gradient: Float32Array }[][] = captions.map(() => []);
  const guidingGradientOf: ReferenceRun["guidingGradientOf"] = (image) => async (x, timestep) => {
    const gradient = await gradients[image]!(x, timestep);
    said[image]!.push({ timestep, gradient });
    return gradient;
  };
  const compare = (): Measured[] => {
    const [first] = said;
    // [steps, images, 3, size, size]
    const all = first!.flatMap((_, step) => said.flatMap((steps) => [...steps[step]!.gradient]));
    return [
      compareExactly(
        "sample.clip_timesteps",
        first!.map(({ timestep }) => timestep),
        referenceIntegers(reference, "sample.clip_timesteps"),
      ),
      compareWith(reference, "sample.clip_gradient", all, GRADIENT_TOLERANCE),
    ];
  };
  return { guidingGradientOf, compare };
}
