/** The cosine of every word with every patch. */
import type { PatchVectors, WordVectors } from "../extractors/clip-tokens";
import { toUnitLength } from "../features/features";
import type { WordHeatMap } from "../scores/heat-map";

/** Digits behind the point that are kept: a ten-thousandth of a cosine is below what rounding of float32 leaves. */
const KEPT = 1e4;

/** @param dims width of the vectors of both */
export function wordPatchSimilarity(
  { words, values }: WordVectors,
  { gridWidth, gridHeight, values: patchValues }: PatchVectors,
  dims: number,
): WordHeatMap {
  const patchCount = gridWidth * gridHeight;
  const unitWords = toUnitLength({ count: words.length, dims, values }).values;
  const unitPatches = toUnitLength({ count: patchCount, dims, values: patchValues }).values;
  const similarity = words.map((_, word) =>
    Array.from({ length: patchCount }, (_, patch) => {
      let cosine = 0;
      for (let k = 0; k < dims; k++) cosine += unitWords[word * dims + k]! * unitPatches[patch * dims + k]!;
      return Math.round(cosine * KEPT) / KEPT;
    }),
  );
  return { words: [...words], gridWidth, gridHeight, similarity };
}
