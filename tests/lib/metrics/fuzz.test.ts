/** 2,000 damaged files: each is rejected by a message or scored with a number, within seconds and without growing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { distance } from "@/cli/distance";
import { SemblanceError } from "@/lib/errors";
import { decodeImage } from "@/lib/images/decode-image";
import { createClipImageExtractor } from "@/lib/metrics/extractors/clip";
import type { FeatureExtractor } from "@/lib/metrics/extractors/feature-extractor";
import { clipScores } from "@/lib/metrics/measures/clip-score";
import { Random } from "@/lib/numerics/random";
import { tinyClip, writeTinyClip } from "./extractors/tiny-clip";

const filesPerFormat = 500;
const longestMs = 5000;
/** Far above what small files take, and far below what a wrong size in a header would ask for. */
const mostGrowthBytes = 600e6;

const root = mkdtempSync(join(tmpdir(), "semblance-fuzz-"));
let extractor: FeatureExtractor;
beforeAll(async () => {
  writeTinyClip(join(root, "clip"));
  extractor = await createClipImageExtractor({ model: join(root, "clip") }, "resize-crop");
});
afterAll(async () => {
  await extractor.release();
  rmSync(root, { recursive: true });
});

/** Cut off, bytes taken out, bytes replaced by any or by extreme values, or a part repeated. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const original = Buffer.from(bytes);
  const at = random.integer(original.length);
  const kind = random.integer(5);
  if (kind === 0) return original.subarray(0, at);
  if (kind === 1)
    return Buffer.concat([original.subarray(0, at), original.subarray(at + random.integer(16))]);
  if (kind === 2) return Buffer.concat([original.subarray(0, at), original.subarray(random.integer(at + 1))]);
  for (let count = 1 + random.integer(8); count > 0; count--) {
    // Headers are where sizes are; half of the changes go there.
    const place =
      random.integer(2) === 0
        ? random.integer(Math.min(64, original.length))
        : random.integer(original.length);
    original[place] = kind === 3 ? random.integer(256) : [0x00, 0xff, 0x7f, 0x80][random.integer(4)]!;
  }
  return original;
}

/** Feeds mutations to `score`; whatever is thrown must be an error of ours with something to do about it. */
async function fuzz(
  original: Uint8Array,
  seed: number,
  score: (bytes: Uint8Array, i: number) => Promise<number[]>,
) {
  const random = new Random(seed);
  const rssBefore = process.memoryUsage().rss;
  let [refused, scored, longest, growth] = [0, 0, 0, 0];
  for (let i = 0; i < filesPerFormat; i++) {
    const bytes = mutate(original, random);
    const start = performance.now();
    try {
      const values = await score(bytes, i);
      expect(values.every(Number.isFinite), `mutation ${i} gives ${values}`).toBe(true);
      scored++;
    } catch (error) {
      if (!(error instanceof SemblanceError)) throw error;
      expect(error.code, `mutation ${i}: ${error.message}`).not.toBe("internal");
      refused++;
    }
    longest = Math.max(longest, performance.now() - start);
    growth = Math.max(growth, process.memoryUsage().rss - rssBefore);
  }
  expect(refused + scored).toBe(filesPerFormat);
  // Both ends are met, or the mutations would prove nothing.
  expect(refused).toBeGreaterThan(0);
  expect(scored).toBeGreaterThan(0);
  expect(longest).toBeLessThan(longestMs);
  expect(growth).toBeLessThan(mostGrowthBytes);
}

describe("damaged files", () => {
  const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, at) => (at * at * 7 + at) % 256);
  const image = () => sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } });
  const caption = { count: 1, dims: tinyClip.dims, values: Float32Array.of(1, -0.5, 0.25, 2) };

  test.each(["png", "jpeg", "webp"] as const)(
    "of %s are rejected or get a CLIPScore",
    async (format) => {
      const original = await image().withMetadata({ orientation: 6 }).toFormat(format).toBuffer();
      await fuzz(original, format.length + original.length, async (bytes) => {
        const decoded = await decodeImage(bytes, { name: `damaged.${format}` });
        const values = await extractor.extract([decoded]);
        return [...clipScores({ count: 1, dims: tinyClip.dims, values }, caption)];
      });
    },
    60_000,
  );

  test("of safetensors are rejected or get both distances", async () => {
    const header = Buffer.from(
      JSON.stringify({
        __metadata__: { layer: "pool3" },
        a: { dtype: "F32", shape: [6, 3], data_offsets: [0, 72] },
        b: { dtype: "F16", shape: [5, 3], data_offsets: [72, 102] },
      }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const values = Float32Array.from({ length: 18 }, (_, i) => Math.sin(i * 1.7));
    const halves = Uint16Array.from({ length: 15 }, (_, i) => 0x3800 + i * 37);
    const original = Buffer.concat([length, header, Buffer.from(values.buffer), Buffer.from(halves.buffer)]);
    await fuzz(original, 4, async (bytes, i) => {
      const file = join(root, `damaged-${i % 2}.safetensors`);
      writeFileSync(file, bytes);
      const printed: string[] = [];
      await distance(
        { file, a: "a", b: "b", json: true },
        { write: (text) => printed.push(String(text)) > 0 },
      );
      const { frechet, kid } = JSON.parse(printed.join(""));
      return [frechet, kid].map((value) => (value === null ? Number.NaN : value));
    });
  }, 60_000);
});
