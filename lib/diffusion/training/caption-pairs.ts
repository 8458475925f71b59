/** Which captions the term of consistency compares in a batch: two of each image, and what is no negative of what. */
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import type { Random } from "@/lib/numerics/random";
import { type EncodedCaption, encodeCaption } from "../model/tokenizer";
import { textInput } from "./batch-feeds";
import { pairPrefix } from "./caption-consistency";
import type { TrainingExample } from "./training-images";

/** Captions of an image of a batch. */
export type CaptionPair = {
  /** By which an image that a batch has twice is recognised. */
  readonly image: number;
  readonly first: EncodedCaption;
  /** Null where the image has no other caption: the first then only counts as one of another image. */
  readonly second: EncodedCaption | null;
};

/** The caption that was drawn for an example, and another one that the model reads differently. */
export function drawPair(
  { image, caption, captions }: Pick<TrainingExample, "image" | "caption" | "captions">,
  contextTokens: number,
  random: Random,
): CaptionPair {
  const first = encodeCaption(caption, contextTokens);
  const others = captions
    .map((other) => encodeCaption(other, contextTokens))
    .filter((other) => wordsOf(other) !== wordsOf(first));
  const second = others.length === 0 ? null : others[random.integer(others.length)]!;
  return { image, first, second };
}

/**
 * The inputs of captionConsistency for a batch of N images: rows 0 to N - 1 are their first captions, the others their
 * second ones. Captions of one image, and those that the model reads alike, are no negatives of each other.
 *
 * @param textInputNames those that the model takes
 */
export function pairFeeds(
  pairs: readonly CaptionPair[],
  textInputNames: readonly ("tokens" | "text_mask")[],
): Record<string, TensorData> {
  const count = pairs.length;
  const rows = [
    ...pairs.map(({ image, first }) => ({ image, caption: first, isThere: true })),
    ...pairs.map(({ image, first, second }) => ({
      image,
      caption: second ?? first,
      isThere: second !== null,
    })),
  ].map((row) => ({ ...row, words: wordsOf(row.caption) }));
  const anchorCount = 2 * pairs.filter(({ second }) => second !== null).length;
  const candidates = new Uint8Array(rows.length ** 2);
  const weights = new Float32Array(rows.length ** 2);
  for (const [anchorAt, anchor] of rows.entries()) {
    const partnerAt = (anchorAt + count) % rows.length;
    const partner = rows[partnerAt]!;
    if (!anchor.isThere || !partner.isThere) continue;
    for (const [at, { image, words, isThere }] of rows.entries()) {
      const isAlike = image === anchor.image || words === anchor.words || words === partner.words;
      if (at === partnerAt || (isThere && !isAlike)) candidates[anchorAt * rows.length + at] = 1;
    }
    weights[anchorAt * rows.length + partnerAt] = 1 / anchorCount;
  }
  const captions = rows.map(({ caption }) => caption);
  return {
    ...Object.fromEntries(textInputNames.map((name) => [pairPrefix + name, textInput(name, captions)])),
    [`${pairPrefix}candidates`]: candidates,
    [`${pairPrefix}weights`]: weights,
  };
}

/** Whether a batch has two captions of any image. */
export function hasPairs(batch: Readonly<Record<string, TensorData>>): boolean {
  return (batch[`${pairPrefix}weights`] as Float32Array | undefined)?.some((weight) => weight > 0) ?? false;
}

/** Captions of the same tokens are the same to a model. */
function wordsOf({ tokens, mask }: EncodedCaption): string {
  return tokens.subarray(0, mask.lastIndexOf(1) + 1).join(" ");
}
