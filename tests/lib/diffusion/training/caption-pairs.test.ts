/** Which captions of a batch are drawn together, which apart, and which are left alone. */
import { expect, test } from "vitest";
import { encodeCaption } from "@/lib/diffusion/model/tokenizer";
import { drawPair, hasPairs, pairFeeds } from "@/lib/diffusion/training/caption-pairs";
import { Random } from "@/lib/numerics/random";

const context = 8;
const encode = (caption: string) => encodeCaption(caption, context);
const textOf = (pair: ReturnType<typeof drawPair>, captions: readonly string[]) =>
  captions.filter(
    (caption) => pair.second !== null && encode(caption).tokens.join() === pair.second.tokens.join(),
  );

test("the second caption is another one, each as likely, and none where the model reads all alike", () => {
  const captions = ["a dog", "a brown dog", "dog on grass"];
  const counts = new Map<string, number>();
  for (let number = 0; number < 600; number++) {
    const pair = drawPair({ image: 0, caption: "a dog", captions }, context, new Random(number));
    const [second] = textOf(pair, captions);
    counts.set(second!, (counts.get(second!) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(["a brown dog", "dog on grass"]);
  // Six standard deviations of 600 throws of a coin.
  for (const count of counts.values()) expect(Math.abs(count - 300)).toBeLessThan(74);
  const alike = { image: 0, caption: "a dog", captions: ["a dog", "A Dog", "a dog"] };
  expect(drawPair(alike, context, new Random(1)).second).toBeNull();
});

/** Rows of a square matrix as text: which columns have a value. */
const columns = (values: ArrayLike<number>, size: number) =>
  Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, at) => at).filter((at) => values[row * size + at]! > 0),
  );

test("a single caption is a negative only; captions of one image and equal captions are no negatives", () => {
  const feeds = pairFeeds(
    [
      { image: 0, first: encode("a dog"), second: encode("a brown dog") },
      { image: 1, first: encode("the sea"), second: null },
      // The first image again, in the same batch.
      { image: 0, first: encode("a brown dog"), second: encode("dog on grass") },
      { image: 2, first: encode("a dog"), second: encode("a small dog") },
    ],
    ["tokens", "text_mask"],
  );
  const candidates = columns(feeds.pair_candidates as Uint8Array, 8);
  const weights = columns(feeds.pair_weights as Float32Array, 8);
  expect(weights).toEqual([[4], [], [6], [7], [0], [], [2], [3]]);
  expect(candidates).toEqual([
    // Not 3, which has the same words, and none of the same image but the partner.
    [1, 4, 7],
    [],
    [1, 3, 6, 7],
    // Not 0, which has the anchor's words.
    [1, 2, 4, 6, 7],
    // Not 3, which has the partner's words.
    [0, 1, 7],
    [],
    [1, 2, 3, 7],
    [1, 2, 3, 4, 6],
  ]);
  expect((feeds.pair_weights as Float32Array).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
  expect(feeds.pair_tokens).toHaveLength(8 * context);
  expect(hasPairs(feeds)).toBe(true);
});

test("a batch without pairs weighs nothing", () => {
  const feeds = pairFeeds([{ image: 0, first: encode("a dog"), second: null }], ["tokens"]);
  expect(feeds).not.toHaveProperty("pair_text_mask");
  expect(hasPairs(feeds)).toBe(false);
});
