/** How well pictures show their captions by CLIP: CLIPScore, GLIDE's CLIP score, and R-precision. */

import { SemblanceError } from "@/lib/errors";
import type { Random } from "@/lib/numerics/random";
import { type Features, rowBlocks, toUnitLength } from "../features/features";

/** What CLIPScore puts in front of a caption (Hessel et al., EMNLP 2021). */
export const CLIP_SCORE_PREFIX = "A photo depicts ";

const VECTORS_AT_A_TIME = 1024;

/**
 * 2.5 · max(cos, 0) of each picture with its caption, between 0 and 2.5; CLIPScore is their mean.
 *
 * Published with ViT-B/32 and the prefix `CLIP_SCORE_PREFIX` before every caption.
 */
export function clipScores(pictures: Features, captions: Features): Float64Array {
  return pairCosines(pictures, captions).map((cosine) => 2.5 * Math.max(cosine, 0));
}

/** 100 · cos of each picture with its bare caption: GLIDE's CLIP score (Nichol et al. 2022, with ViT-B/16). */
export function glideClipScores(pictures: Features, captions: Features): Float64Array {
  return pairCosines(pictures, captions).map((cosine) => 100 * cosine);
}

/**
 * Per picture 1 where its own caption is nearer to it than `distractors` others drawn from the list, else 0; their
 * mean is R-precision (Xu et al., CVPR 2018, there with 99 others). Captions equal in text are no distractors.
 *
 * @param texts the captions themselves, to tell equal ones
 * @throws SemblanceError `invalid_input` where all captions are the same
 */
export function retrievalHits(
  pictures: Features,
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
      remedy: "Evaluate pictures of several captions together.",
    });
  }
  const [unitPictures, unitCaptions] = [toUnitLength(pictures).values, toUnitLength(captions).values];
  const hits = Float64Array.from({ length: pictures.count }, (_, i) => {
    const own = dot(unitPictures, i, unitCaptions, i, pictures.dims);
    const others = distinct.filter((j) => texts[j] !== texts[i]);
    const order = random.permutation(others.length);
    for (let k = 0; k < drawn; k++) {
      if (dot(unitPictures, i, unitCaptions, others[order[k]!]!, pictures.dims) >= own) return 0;
    }
    return 1;
  });
  return { hits, distractors: drawn };
}

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

function pairCosines(pictures: Features, captions: Features): Float64Array {
  if (pictures.count !== captions.count || pictures.dims !== captions.dims) {
    throw new SemblanceError(
      "shape_mismatch",
      `There are ${pictures.count} × ${pictures.dims} picture and ${captions.count} × ${captions.dims} caption features.`,
      { remedy: "Give one caption per picture, embedded by the same CLIP." },
    );
  }
  const cosines = new Float64Array(pictures.count);
  const captionBlocks = rowBlocks(toUnitLength(captions), VECTORS_AT_A_TIME);
  for (const { start, block } of rowBlocks(toUnitLength(pictures), VECTORS_AT_A_TIME)) {
    const { values } = captionBlocks.next().value!.block;
    for (let i = 0; i < block.count; i++) cosines[start + i] = dot(block.values, i, values, i, block.dims);
  }
  return cosines;
}

function dot(x: ArrayLike<number>, i: number, y: ArrayLike<number>, j: number, dims: number): number {
  let sum = 0;
  for (let k = 0; k < dims; k++) sum += x[i * dims + k]! * y[j * dims + k]!;
  return sum;
}
