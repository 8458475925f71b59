import { expect, test } from "vitest";
import { captionDiversities, captionDiversityMeasure } from "@/lib/metrics/measures/caption-diversity";
import { Random } from "@/lib/numerics/random";
import { vectors } from "./vectors";

test("each image is compared with the other images of its caption, whatever their lengths and order", () => {
  const images = vectors([1, 0], [0, 2], [3, 0], [0, 5], [1, 1]);
  const texts = ["a dog", "a cat", "a dog", "a dog", "a cat"];
  const diagonal = 1 - Math.SQRT1_2;
  const found = captionDiversities(images, texts);
  for (const [at, wanted] of [0.5, diagonal, 0.5, 1, diagonal].entries()) {
    expect(found[at]).toBeCloseTo(wanted, 6);
  }
});

test("the score is their mean, with an interval over captions", async () => {
  const images = vectors([1, 0], [1, 0], [1, 0], [0, 1]);
  const texts = ["a", "a", "b", "b"];
  const measure = "measure" in captionDiversityMeasure ? captionDiversityMeasure.measure : null;
  const { value, interval } = await measure!({
    real: vectors([0]),
    generated: images,
    captions: vectors([0]),
    texts,
    captionPrefix: "",
    clusters: { real: new Int32Array(0), generated: Int32Array.of(0, 0, 1, 1) },
    random: new Random(1),
  });
  expect(value).toBeCloseTo(0.5, 6);
  expect(interval!.low).toBeLessThan(0.5);
  expect(interval!.high).toBeGreaterThan(0.5);
});

test("a caption with one sample says what is missing", () => {
  expect(() => captionDiversities(vectors([1], [1], [1]), ["a", "a", "b"])).toThrow(
    "Diversity needs at least two samples per caption; “b” has one.",
  );
});
