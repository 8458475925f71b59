import { describe, expect, test } from "vitest";
import { retrievalHits } from "@/lib/metrics/measures/r-precision";
import { Random } from "@/lib/numerics/random";
import { vectors } from "./vectors";

describe("R-precision", () => {
  const texts = ["red", "green", "blue"];
  const captions = vectors([1, 0, 0], [0, 1, 0], [0, 0, 1]);

  test("counts images whose own caption is the closest", () => {
    const images = vectors([1, 0.1, 0.2], [0.9, 0.1, 0], [0, 0, 1]);
    const { hits, distractors } = retrievalHits(images, captions, texts, new Random(1));
    expect(Array.from(hits)).toEqual([1, 0, 1]);
    expect(distractors).toBe(2);
  });

  test("does not use equal captions as distractors, and does not count a tie as found", () => {
    const repeated = vectors([1, 0], [1, 0], [0, 1]);
    const { hits } = retrievalHits(vectors([1, 0], [1, 1], [0, 1]), repeated, ["a", "a", "b"], new Random(1));
    expect(Array.from(hits)).toEqual([1, 0, 1]);
    expect(() => retrievalHits(vectors([1]), vectors([1]), ["a"], new Random(1))).toThrow(
      /two different captions/,
    );
  });
});
