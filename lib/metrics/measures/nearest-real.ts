/** Similarity to the nearest real image: finds the pairs that people should check for copies. */
import { checkFeaturePair, dot, type Features, rowBlocks, toUnitLength } from "../features/features";
import { meanOfImages } from "./mean-of-images";
import type { FeatureMeasure } from "./measure";

const VECTORS_AT_A_TIME = 1024;

/** For each vector of `from` the nearest of `among` by cosine: its number and the cosine. */
export function nearestByCosine(from: Features, among: Features): { index: number; cosine: number }[] {
  const nearest = Array.from({ length: from.count }, () => ({
    index: -1,
    cosine: Number.NEGATIVE_INFINITY,
  }));
  for (const { start: first, block: reals } of rowBlocks(toUnitLength(among), VECTORS_AT_A_TIME)) {
    for (const { start, block } of rowBlocks(toUnitLength(from), VECTORS_AT_A_TIME)) {
      for (let i = 0; i < block.count; i++) {
        const best = nearest[start + i]!;
        for (let j = 0; j < reals.count; j++) {
          const cosine = dot(block.values, i, reals.values, j, from.dims);
          if (cosine > best.cosine) {
            best.index = first + j;
            best.cosine = cosine;
          }
        }
      }
    }
  }
  return nearest;
}

/**
 * The mean over generated images of the cosine to the nearest real one.
 *
 * @param options `copyAbove`: a warning counts the pairs with a similarity above this
 */
export function nearestMeasure({ copyAbove }: { copyAbove?: number } = {}): FeatureMeasure {
  return {
    intervalOf: "mean-given-real",
    recipe: { statistic: "mean cosine to the nearest real picture" },
    measure({ real, generated, clusters }) {
      checkFeaturePair(real, generated, {
        minimum: 1,
        statistic: "nearest image",
        names: ["real", "generated"],
      });
      const found = nearestByCosine(generated, real);
      const cosines = Float64Array.from(found, ({ cosine }) => cosine);
      const copies = copyAbove === undefined ? 0 : cosines.filter((cosine) => cosine > copyAbove).length;
      return {
        ...meanOfImages(cosines, clusters.generated),
        nearest: found.map(({ index }) => index),
        warnings:
          copies === 0
            ? []
            : [
                `${copies} of ${cosines.length} images have a similarity above ${copyAbove} to a real one. Of pairs ` +
                  "of photographs above that, about nine in ten are copies. Look at them.",
              ],
      };
    },
  };
}
