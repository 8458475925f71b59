import { describe, expect, test } from "vitest";
import {
  clipScores,
  glideClipScores,
  nearestByCosine,
  retrievalHits,
} from "@/lib/metrics/measures/clip-score";
import { Random } from "@/lib/numerics/random";

const vectors = (...rows: number[][]) => ({
  count: rows.length,
  dims: rows[0]!.length,
  values: Float32Array.from(rows.flat()),
});

describe("CLIP scores", () => {
  const pictures = vectors([2, 0], [0, 3], [1, 0], [0, 0]);
  const captions = vectors([1, 1], [0, 0.5], [-1, 0], [1, 0]);

  test("are 2.5 times the cosine, not below 0, whatever the lengths", () => {
    const scores = clipScores(pictures, captions);
    expect(scores[0]).toBeCloseTo(2.5 * Math.SQRT1_2, 6);
    expect(Array.from(scores.subarray(1))).toEqual([2.5, 0, 0]);
  });

  test("in GLIDE's form are 100 times the cosine and may be negative", () => {
    const scores = glideClipScores(pictures, captions);
    expect(scores[0]).toBeCloseTo(100 * Math.SQRT1_2, 5);
    expect(Array.from(scores.subarray(1))).toEqual([100, -100, 0]);
  });

  test("need a caption for every picture", () => {
    expect(() => clipScores(pictures, vectors([1, 1]))).toThrow(/4 × 2 picture and 1 × 2 caption/);
  });
});

describe("R-precision", () => {
  const texts = ["red", "green", "blue"];
  const captions = vectors([1, 0, 0], [0, 1, 0], [0, 0, 1]);

  test("counts pictures whose own caption is the nearest", () => {
    const pictures = vectors([1, 0.1, 0.2], [0.9, 0.1, 0], [0, 0, 1]);
    const { hits, distractors } = retrievalHits(pictures, captions, texts, new Random(1));
    expect(Array.from(hits)).toEqual([1, 0, 1]);
    expect(distractors).toBe(2);
  });

  test("does not hold equal captions against each other, nor count a tie as found", () => {
    const repeated = vectors([1, 0], [1, 0], [0, 1]);
    const { hits } = retrievalHits(vectors([1, 0], [1, 1], [0, 1]), repeated, ["a", "a", "b"], new Random(1));
    expect(Array.from(hits)).toEqual([1, 0, 1]);
    expect(() => retrievalHits(vectors([1]), vectors([1]), ["a"], new Random(1))).toThrow(
      /two different captions/,
    );
  });
});

test("the nearest picture is the one of largest cosine", () => {
  const nearest = nearestByCosine(vectors([0, 5], [3, 3]), vectors([1, 0], [0, 0.1], [1, 1]));
  expect(nearest.map(({ index }) => index)).toEqual([1, 2]);
  expect(nearest[1]!.cosine).toBeCloseTo(1, 12);
});
