import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createClipPatchExtractor, createClipWordEncoder } from "@/lib/metrics/extractors/clip-tokens";
import { exposeTokens } from "@/lib/metrics/extractors/expose-tokens";
import { tinyTokenVector, tinyVocabulary, writeTinyClip } from "./tiny-clip";
import { tinyPatchProjection, tinyTextProjection, writeTinyTokenClip } from "./tiny-token-clip";

const root = mkdtempSync(join(tmpdir(), "semblance-clip-tokens-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Float32 sums of a handful of terms. */
const CLOSE = 1e-4;

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  expect(actual).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(CLOSE);
}

const project = (vector: readonly number[], matrix: readonly number[]) =>
  Array.from({ length: 4 }, (_, k) => vector.reduce((sum, each, i) => sum + each * matrix[i * 4 + k]!, 0));

/** A patch of one colour, worked out by hand: CLIP's normalisation, layer norm, projection. */
function patchVector([r, g, b]: readonly [number, number, number]): number[] {
  const channels = [
    (r / 255 - 0.48145466) / 0.26862954,
    (g / 255 - 0.4578275) / 0.26130258,
    (b / 255 - 0.40821073) / 0.27577711,
  ];
  const mean = channels.reduce((sum, each) => sum + each, 0) / 3;
  const variance = channels.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 3;
  const unit = channels.map((each) => (each - mean) / Math.sqrt(variance + 1e-5));
  return project([unit[0]! + 0.5, unit[1]! * 2, unit[2]! * 3 - 0.5], tinyPatchProjection);
}

describe("the patches of an image", () => {
  const quarters = [
    [250, 10, 40],
    [0, 200, 90],
    [30, 60, 220],
    [120, 110, 5],
  ] as const;
  const image = {
    width: 8,
    height: 8,
    data: Uint8Array.from({ length: 8 * 8 * 3 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % 8, Math.floor(at / 24)];
      return quarters[(y < 4 ? 0 : 2) + (x < 4 ? 0 : 1)]![at % 3]!;
    }),
  };

  test.each([false, true])(
    "are normalised and projected as the class token (spelled out: %s)",
    async (decomposed) => {
      const folder = join(root, `clip-${decomposed}`);
      writeTinyTokenClip(folder, { decomposed });
      const extractor = await createClipPatchExtractor({ model: folder });
      const { gridWidth, gridHeight, values } = await extractor.extract(image);
      await extractor.release();
      expect([gridWidth, gridHeight]).toEqual([2, 2]);
      expectClose(
        values,
        quarters.flatMap((colour) => patchVector(colour)),
      );
    },
  );
});

describe("the words of a caption", () => {
  test("have the projected state of their last token; marks and punctuation are none", async () => {
    const folder = join(root, "clip-words");
    writeTinyTokenClip(folder);
    const encoder = await createClipWordEncoder({ model: folder });
    const { words, values } = await encoder.encode("A cab");
    const vectorOf = (token: string) => project(tinyTokenVector(tinyVocabulary[token]!), tinyTextProjection);
    expect(words).toEqual(["a", "cab"]);
    expectClose(values, [...vectorOf("a</w>"), ...vectorOf("b</w>")]);
    // Six tokens fit between the marks: the third word's end is cut off.
    expect((await encoder.encode("abc de fgh")).words).toEqual(["abc", "de"]);
    await encoder.release();
  });
});

describe("a file that chooses no token", () => {
  test("is rejected with an error that names it", async () => {
    const folder = join(root, "pooled");
    writeTinyClip(folder);
    await expect(createClipPatchExtractor({ model: folder })).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining("vision_model.onnx does not choose one token"),
    });
    const nonsense = new Uint8Array([255, 255, 255]);
    expect(() => exposeTokens(nonsense, { output: "a", exposed: "b", name: "x.onnx" })).toThrow(
      "x.onnx is not an ONNX model",
    );
  });
});
