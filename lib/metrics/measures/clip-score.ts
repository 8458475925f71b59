/** How well images match their captions according to CLIP: CLIPScore, and GLIDE's CLIP score. */
import { SemblanceError } from "@/lib/errors";
import { dot, type Features, rowBlocks, toUnitLength } from "../features/features";
import { meanOfImages } from "./mean-of-images";
import type { FeatureMeasure } from "./measure";

const VECTORS_AT_A_TIME = 1024;

/**
 * 2.5 · max(cos, 0) of each image with its caption, between 0 and 2.5; CLIPScore is their mean.
 *
 * Published with ViT-B/32 and "A photo depicts " before every caption (Hessel et al., EMNLP 2021).
 */
export function clipScores(images: Features, captions: Features): Float64Array {
  return pairCosines(images, captions).map((cosine) => 2.5 * Math.max(cosine, 0));
}

/** 100 · cos of each image with its bare caption: GLIDE's CLIP score (Nichol et al. 2022, with ViT-B/16). */
export function glideClipScores(images: Features, captions: Features): Float64Array {
  return pairCosines(images, captions).map((cosine) => 100 * cosine);
}

function pairCosines(images: Features, captions: Features): Float64Array {
  if (images.count !== captions.count || images.dims !== captions.dims) {
    throw new SemblanceError(
      "shape_mismatch",
      `There are ${images.count} × ${images.dims} image and ${captions.count} × ${captions.dims} caption features.`,
      { remedy: "Give one caption per image, embedded by the same CLIP." },
    );
  }
  const cosines = new Float64Array(images.count);
  const captionBlocks = rowBlocks(toUnitLength(captions), VECTORS_AT_A_TIME);
  for (const { start, block } of rowBlocks(toUnitLength(images), VECTORS_AT_A_TIME)) {
    const { values } = captionBlocks.next().value!.block;
    for (let i = 0; i < block.count; i++) cosines[start + i] = dot(block.values, i, values, i, block.dims);
  }
  return cosines;
}

export const clipScoreMeasure = captionMeasure("mean of 2.5 max(cos, 0)", clipScores);
export const glideClipScoreMeasure = captionMeasure("mean of 100 cos", glideClipScores);

function captionMeasure(
  statistic: string,
  scoresOf: (images: Features, captions: Features) => Float64Array,
): FeatureMeasure {
  return {
    intervalOf: "mean",
    recipe: { statistic },
    measure: ({ generated, captions, captionPrefix, clusters }) => ({
      ...meanOfImages(scoresOf(generated, captions), clusters.generated),
      recipe: { captionPrefix },
    }),
  };
}
