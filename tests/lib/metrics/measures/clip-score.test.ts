import { describe, expect, test } from "vitest";
import { clipScores, glideClipScores } from "@/lib/metrics/measures/clip-score";
import { vectors } from "./vectors";

describe("CLIP scores", () => {
  const images = vectors([2, 0], [0, 3], [1, 0], [0, 0]);
  const captions = vectors([1, 1], [0, 0.5], [-1, 0], [1, 0]);

  test("are 2.5 times the cosine, not below 0, whatever the lengths", () => {
    const scores = clipScores(images, captions);
    expect(scores[0]).toBeCloseTo(2.5 * Math.SQRT1_2, 6);
    expect(Array.from(scores.subarray(1))).toEqual([2.5, 0, 0]);
  });

  test("in GLIDE's form are 100 times the cosine and may be negative", () => {
    const scores = glideClipScores(images, captions);
    expect(scores[0]).toBeCloseTo(100 * Math.SQRT1_2, 5);
    expect(Array.from(scores.subarray(1))).toEqual([100, -100, 0]);
  });

  test("need a caption for every image", () => {
    expect(() => clipScores(images, vectors([1, 1]))).toThrow(/4 × 2 image and 1 × 2 caption/);
  });
});
