/** Cases PREFIX.{tensors.json,expected.safetensors} of the FID Inception network with weights by formula. */
import { z } from "zod";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { SemblanceError } from "@/lib/errors";
import type { RgbImage } from "@/lib/images/pixels";
import { type InceptionLayer, inceptionLayers } from "@/lib/metrics/catalogue/feature-spec";
import type { FeatureExtractor } from "@/lib/metrics/extractors/feature-extractor";
import { createInceptionExtractor } from "@/lib/metrics/extractors/inception";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { formulaWeights } from "./formula-weights";
import { compareWith } from "./measured";
import { type ReferenceValues, readReferenceValues, referenceTensor } from "./reference-case";
import { readReferenceJson } from "./reference-json";

/** The order of float32 summation differs between the implementations. */
const TOLERANCE = 1e-4;

/** Images of a run. */
const BATCH = 2;

const tensorList = z.array(z.object({ name: z.string(), shape: z.array(z.number().int().min(1)) })).min(1);

const FEATURES = /^features_(?<set>[^.]+)\.(?<layer>\d+)$/;

/** `features_SET.LAYER` of the images of `images_SET`, each a check of its own. */
export const inceptionCase: CaseKind = {
  subject: "the FID Inception network",
  files: [".tensors.json", ".expected.safetensors"],
  check,
};

async function check(prefix: string, provider: ExecutionProvider): Promise<CheckedGroup[]> {
  const reference = await readReferenceValues(`${prefix}.expected.safetensors`);
  const weights = formulaWeights(readReferenceJson(`${prefix}.tensors.json`, tensorList));
  const wanted = [...reference.tensors.keys()].flatMap((name) => {
    const { set, layer } = FEATURES.exec(name)?.groups ?? {};
    return set === undefined ? [] : { name, set, layer: toLayer(reference, name, Number(layer)) };
  });
  const groups: CheckedGroup[] = [];
  for (const layer of inceptionLayers) {
    const ofLayer = wanted.filter((features) => features.layer === layer);
    if (ofLayer.length === 0) continue;
    const options = { dialect: "pytorch-fid", output: layer, provider, batch: BATCH } as const;
    const extractor = await createInceptionExtractor(weights, options);
    try {
      for (const { name, set } of ofLayer) {
        const actual = await extractAll(extractor, imagesOf(reference, `images_${set}`));
        groups.push({ name, measured: [compareWith(reference, name, actual, TOLERANCE)] });
      }
    } finally {
      await extractor.release();
    }
  }
  return groups;
}

function toLayer({ file }: ReferenceValues, name: string, width: number): InceptionLayer {
  const layer = inceptionLayers.find((layer) => layer === width);
  if (layer !== undefined) return layer;
  throw new SemblanceError("invalid_file", `${file}: ${name} is of no layer of the network.`, {
    remedy: `Layers are named by their width: ${inceptionLayers.join(", ")}.`,
  });
}

async function extractAll(
  { dims, extract }: FeatureExtractor,
  images: readonly RgbImage[],
): Promise<Float32Array> {
  const features = new Float32Array(images.length * dims);
  for (let start = 0; start < images.length; start += BATCH) {
    features.set(await extract(images.slice(start, start + BATCH)), start * dims);
  }
  return features;
}

/** The images of a tensor [images, 3, height, width] of bytes. */
function imagesOf(reference: ReferenceValues, name: string): RgbImage[] {
  const { shape, data } = referenceTensor(reference, name);
  const [count, channels, height, width] = shape as readonly [number, number, number, number];
  if (shape.length !== 4 || channels !== 3 || !(data instanceof Uint8Array)) {
    throw new SemblanceError("invalid_file", `${reference.file}: ${name} holds no images.`, {
      remedy: "Images are bytes of the shape [images, 3, height, width].",
    });
  }
  const area = width * height;
  return Array.from({ length: count }, (_, image) => ({
    width,
    height,
    data: Uint8Array.from(
      { length: 3 * area },
      (_, at) => data[(3 * image + (at % 3)) * area + Math.floor(at / 3)]!,
    ),
  }));
}
