/** Cases PREFIX.{json,image-enc.pt,text-enc.pt,expected.safetensors} of a noised CLIP. */

import { type NoisedClip, openNoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareExactly, compareWith, type Measured } from "./measured";
import {
  partOf,
  type ReferenceValues,
  readReferenceValues,
  referenceCaptions,
  referenceFloats,
  referenceIntegers,
  referenceText,
} from "./reference-case";

const EMBEDDING_TOLERANCE = 1e-5;
const GRADIENT_TOLERANCE = 2e-5;

/** `text.*` with its tokens, `image.*` with `similarity` and `logits`, `cond_fn.*`. */
export const clipCase: CaseKind = {
  subject: "a noised CLIP",
  files: [".json", ".image-enc.pt", ".text-enc.pt", ".expected.safetensors"],
  check,
};

/** The noised CLIP of a case. Throws as openNoisedClip. */
export function openReferenceClip(prefix: string, provider: ExecutionProvider): Promise<NoisedClip> {
  const files = {
    options: `${prefix}.json`,
    image: `${prefix}.image-enc.pt`,
    text: `${prefix}.text-enc.pt`,
  };
  return openNoisedClip(files, { provider });
}

async function check(prefix: string, provider: ExecutionProvider): Promise<CheckedGroup[]> {
  const reference = await readReferenceValues(`${prefix}.expected.safetensors`);
  const clip = await openReferenceClip(prefix, provider);
  try {
    const captions = referenceCaptions(reference).map((caption) => clip.tokensOf(caption));
    const texts: Vectors[] = [];
    for (const caption of captions) texts.push(await clip.embedCaption(caption));
    const images = await embedImages(reference, clip);
    const text = [
      compareExactly(
        "text.tokens",
        captions.flatMap(({ tokens }) => Array.from(tokens, Number)),
        referenceIntegers(reference, "text.tokens"),
      ),
      compareExactly(
        "text.lengths",
        captions.map(({ length }) => length),
        referenceIntegers(reference, "text.lengths"),
      ),
      ...compareVectors(reference, "text", texts),
    ];
    return [
      { name: "text", measured: text },
      {
        name: "image",
        measured: [
          ...compareVectors(reference, "image", images),
          ...compareCosines(reference, clip, images, texts),
        ],
      },
      { name: "gradient", measured: await checkGradient(reference, clip, texts) },
    ];
  } finally {
    await clip.release();
  }
}

type Vectors = { readonly features: Float32Array; readonly embedding: Float32Array };

async function embedImages(reference: ReferenceValues, clip: NoisedClip): Promise<Vectors[]> {
  const images = referenceFloats(reference, "image.x");
  const timesteps = referenceIntegers(reference, "image.timesteps");
  const anyCaption = new Float32Array(clip.options.n_embd);
  const embedded: Vectors[] = [];
  for (const [index, timestep] of timesteps.entries()) {
    embedded.push(await clip.judge(partOf(images, index, timesteps.length), timestep, anyCaption));
  }
  return embedded;
}

function compareVectors(reference: ReferenceValues, group: string, vectors: readonly Vectors[]): Measured[] {
  return (["features", "embedding"] as const).map((key) => {
    const actual = vectors.flatMap((vector) => [...vector[key]]);
    return compareWith(reference, `${group}.${key}`, actual, EMBEDDING_TOLERANCE);
  });
}

function compareCosines(
  reference: ReferenceValues,
  { options }: NoisedClip,
  images: readonly Vectors[],
  texts: readonly Vectors[],
): Measured[] {
  const cosines = images.flatMap((image) =>
    texts.map((text) => image.embedding.reduce((sum, value, at) => sum + value * text.embedding[at]!, 0)),
  );
  const logits = cosines.map((cosine) => cosine * options.logit_scale);
  return [
    compareWith(reference, "similarity", cosines, EMBEDDING_TOLERANCE),
    compareWith(reference, "logits", logits, EMBEDDING_TOLERANCE),
  ];
}

async function checkGradient(
  reference: ReferenceValues,
  clip: NoisedClip,
  captions: readonly Vectors[],
): Promise<Measured[]> {
  const images = referenceFloats(reference, "cond_fn.x");
  const timesteps = referenceIntegers(reference, "cond_fn.timesteps");
  const scale = Number(referenceText(reference, "grad_scale"));
  let agreement = 0;
  const gradient: number[] = [];
  for (const [index, timestep] of timesteps.entries()) {
    const image = partOf(images, index, timesteps.length);
    const opinion = await clip.judge(image, timestep, captions[index]!.embedding);
    agreement += opinion.agreement;
    for (const value of opinion.gradient) gradient.push(scale * value);
  }
  return [
    compareWith(reference, "cond_fn.loss", [agreement], EMBEDDING_TOLERANCE),
    compareWith(reference, "cond_fn.output", gradient, GRADIENT_TOLERANCE),
  ];
}
