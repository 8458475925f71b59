/** How different the images of one caption are from each other. */
import { SemblanceError } from "@/lib/errors";
import { dot, type Features, toUnitLength } from "../features/features";
import { meanOfImages } from "./mean-of-images";
import type { FeatureMeasure } from "./measure";

/**
 * Per image 1 − cos, averaged over the other images of the same caption: 0 where all are alike, at most 2. Their mean
 * over images falls as guidance grows (Ho and Salimans 2022, arXiv 2207.12598, section 4, there by precision and recall).
 *
 * @param texts the captions, one per image
 * @throws SemblanceError `invalid_input` where a caption has one image only
 */
export function captionDiversities(images: Features, texts: readonly string[]): Float64Array {
  const ofCaption = new Map<string, number[]>();
  texts.forEach((text, row) => {
    ofCaption.set(text, [...(ofCaption.get(text) ?? []), row]);
  });
  const single = [...ofCaption].find(([, rows]) => rows.length < 2);
  if (single) {
    throw new SemblanceError(
      "invalid_input",
      `Diversity needs at least two samples per caption; “${single[0]}” has one.`,
      { remedy: "Draw more samples per caption." },
    );
  }
  const { values, dims } = toUnitLength(images);
  return Float64Array.from(texts, (text, row) => {
    const others = ofCaption.get(text)!.filter((other) => other !== row);
    const cosines = others.map((other) => dot(values, row, values, other, dims));
    return 1 - cosines.reduce((sum, each) => sum + each, 0) / others.length;
  });
}

export const captionDiversityMeasure: FeatureMeasure = {
  intervalOf: "mean",
  recipe: { statistic: "mean of 1 - cos between pictures of one caption" },
  measure: ({ generated, texts, clusters }) =>
    meanOfImages(captionDiversities(generated, texts), clusters.generated),
};
