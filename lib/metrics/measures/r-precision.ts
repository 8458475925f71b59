/** R-precision: how often an image's own caption is the closest one. */
import { SemblanceError } from "@/lib/errors";
import type { Random } from "@/lib/numerics/random";
import { dot, type Features, toUnitLength } from "../features/features";
import { meanOfImages } from "./mean-of-images";
import type { FeatureMeasure } from "./measure";

/**
 * Per image 1 if its own caption is closer to it than `distractors` others drawn from the list, otherwise 0; the
 * mean is R-precision (Xu et al., CVPR 2018, there with 99 others). Captions with the same text are not distractors.
 *
 * @param texts the captions themselves, to tell equal ones
 * @throws SemblanceError `invalid_input` where all captions are the same
 */
export function retrievalHits(
  images: Features,
  captions: Features,
  texts: readonly string[],
  random: Random,
  { distractors = 99 }: { distractors?: number } = {},
): { hits: Float64Array; distractors: number } {
  const firstOfText = new Map<string, number>();
  texts.forEach((text, i) => {
    if (!firstOfText.has(text)) firstOfText.set(text, i);
  });
  const distinct = [...firstOfText.values()];
  const drawn = Math.min(distractors, distinct.length - 1);
  if (drawn < 1) {
    throw new SemblanceError("invalid_input", "R-precision needs at least two different captions.", {
      remedy: "Evaluate images of several captions together.",
    });
  }
  const [unitImages, unitCaptions] = [toUnitLength(images).values, toUnitLength(captions).values];
  const hits = Float64Array.from({ length: images.count }, (_, i) => {
    const own = dot(unitImages, i, unitCaptions, i, images.dims);
    const others = distinct.filter((j) => texts[j] !== texts[i]);
    const order = random.permutation(others.length);
    for (let k = 0; k < drawn; k++) {
      if (dot(unitImages, i, unitCaptions, others[order[k]!]!, images.dims) >= own) return 0;
    }
    return 1;
  });
  return { hits, distractors: drawn };
}

export const retrievalMeasure: FeatureMeasure = {
  intervalOf: "mean",
  recipe: { statistic: "share of pictures nearest to their own caption" },
  measure({ generated, captions, texts, clusters, random }) {
    const { hits, distractors } = retrievalHits(generated, captions, texts, random);
    return { ...meanOfImages(hits, clusters.generated), recipe: { otherCaptions: distractors } };
  },
};
