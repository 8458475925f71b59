import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createClipCaptionEncoder,
  createClipImageExtractor,
  cutKeepingEnd,
} from "@/lib/metrics/extractors/clip";
import { tinyClip, tinyTokenVector, tinyVocabulary, writeTinyClip } from "./tiny-clip";

const folder = mkdtempSync(join(tmpdir(), "semblance-clip-"));
beforeAll(() => writeTinyClip(folder));
afterAll(() => rmSync(folder, { recursive: true }));

/** Float32 sums of a handful of terms. */
const CLOSE = 1e-5;

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  expect(actual).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(CLOSE);
}

function captionEmbedding(tokens: string[]): number[] {
  const vectors = ["<|startoftext|>", ...tokens, "<|endoftext|>"].map((token) =>
    tinyTokenVector(tinyVocabulary[token]!),
  );
  return Array.from({ length: tinyClip.dims }, (_, k) =>
    vectors.reduce((sum, vector) => sum + vector[k]!, 0),
  );
}

describe("CLIP captions", () => {
  test("are tokenised with both marks, padded and masked in batches", async () => {
    const encoder = await createClipCaptionEncoder({ model: folder }, { batch: 2 });
    const embeddings = await encoder.encode(["A cab", "dog", "x"]);
    await encoder.release();
    expectClose(embeddings.subarray(0, 4), captionEmbedding(["a</w>", "c", "a", "b</w>"]));
    expectClose(embeddings.subarray(4, 8), captionEmbedding(["d", "o", "g</w>"]));
    expectClose(embeddings.subarray(8, 12), captionEmbedding(["x</w>"]));
  });

  test("beyond the context are cut before the end mark, which stays", async () => {
    const encoder = await createClipCaptionEncoder({ model: folder });
    const embedding = await encoder.encode(["abcdefghijk"]);
    await encoder.release();
    expectClose(embedding, captionEmbedding(["a", "b", "c", "d", "e", "f"]));
    expect(cutKeepingEnd([9, 1, 2, 3, 4, 8], 4)).toEqual([9, 1, 2, 8]);
    expect(cutKeepingEnd([9, 1, 8], 4)).toEqual([9, 1, 8]);
  });
});

describe("CLIP images", () => {
  /** One colour all over, so that no framing changes it. */
  const image = (width: number, height: number) => ({
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => [200, 100, 50][i % 3]!),
  });

  test("of any shape and size are framed, normalised and projected", async () => {
    const extractor = await createClipImageExtractor({ model: folder }, "resize-crop");
    const embeddings = await extractor.extract([image(20, 11), image(8, 8), image(3, 30)]);
    await extractor.release();
    const [r, g, b] = [
      (200 / 255 - 0.48145466) / 0.26862954,
      (100 / 255 - 0.4578275) / 0.26130258,
      (50 / 255 - 0.40821073) / 0.27577711,
    ];
    for (let i = 0; i < 3; i++) expectClose(embeddings.subarray(4 * i, 4 * i + 4), [r, g, b, b]);
  });

  test("are framed by cropping either after or before resizing", async () => {
    // A white frame of two pixels around black, 12 × 10: cropping first removes two columns of it, the order matters.
    const data = new Uint8Array(12 * 10 * 3);
    for (let y = 0; y < 10; y++) {
      for (let x = 0; x < 12; x++)
        if (x < 2 || x > 9 || y < 2 || y > 7) data.fill(255, (y * 12 + x) * 3, (y * 12 + x) * 3 + 3);
    }
    const results = [];
    for (const framing of ["resize-crop", "crop-resize"] as const) {
      const extractor = await createClipImageExtractor({ model: folder }, framing);
      results.push(await extractor.extract([{ width: 12, height: 10, data }]));
      await extractor.release();
    }
    expect(Math.abs(results[0]![0]! - results[1]![0]!)).toBeGreaterThan(CLOSE);
  });
});

describe("a folder that holds no CLIP", () => {
  test("is named, with what it should hold", async () => {
    const empty = mkdtempSync(join(tmpdir(), "semblance-no-clip-"));
    await expect(createClipImageExtractor({ model: empty }, "resize-crop")).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining(empty),
      remedy: expect.stringContaining("tokenizer.json"),
    });
    writeFileSync(join(empty, "config.json"), "{}");
    await expect(createClipCaptionEncoder({ model: empty })).rejects.toMatchObject({ code: "invalid_file" });
    rmSync(empty, { recursive: true });
  });
});
