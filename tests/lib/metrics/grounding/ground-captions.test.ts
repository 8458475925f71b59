import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateImages } from "@/lib/metrics/evaluate-images";
import {
  groundCaption,
  openGroundingNetwork,
  releaseGroundingNetwork,
} from "@/lib/metrics/grounding/ground-captions";
import { bestPatch } from "@/lib/metrics/scores/heat-map";
import { writeTinyTokenClip } from "../extractors/tiny-token-clip";

const root = mkdtempSync(join(tmpdir(), "semblance-grounding-"));
const clip = join(root, "clip");
beforeAll(() => writeTinyTokenClip(clip));
afterAll(() => rmSync(root, { recursive: true }));

async function draw(name: string, width: number, height: number, seed: number) {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, at) => (at * (seed * 2 + 3) * 7 + (at >> 4) * seed * 31) % 256,
  );
  const path = join(root, name);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

type Input = Parameters<typeof evaluateImages>[0];
const run = (input: Pick<Input, "real" | "generated"> & Partial<Input>) =>
  evaluateImages({
    metrics: ["grounding"],
    weightsFolder: join(root, "weights"),
    replacements: { "clip-vit-b-32": clip },
    readTensors: () => Promise.reject(new Error("grounding reads no such weights")),
    provider: "cpu",
    ...input,
  });

describe("an evaluation of words", () => {
  test("compares each image with the photograph of its caption", async () => {
    const real = [
      { path: await draw("r0.png", 20, 12, 1), id: "r0" },
      { path: await draw("r1.png", 9, 16, 2), id: "r1" },
    ];
    const generated = [
      { path: real[0]!.path, id: "copy", caption: "a cab", realId: "r0" },
      { path: await draw("g1.png", 8, 8, 3), id: "g1", caption: "red dog", realId: "r1" },
      { path: await draw("g2.png", 8, 8, 4), id: "g2", caption: "dog", realId: null },
    ];
    const { scores } = await run({ real, generated });
    const [score] = scores;
    expect(score!.perImage!.map(({ id, nearest }) => [id, nearest])).toEqual([
      ["copy", "r0"],
      ["g1", "r1"],
    ]);
    const [copy, other] = score!.perImage!;
    expect(copy!.value).toBe(0.75);
    expect(copy!.heatMaps!.generated).toEqual(copy!.heatMaps!.real);
    expect(other!.heatMaps!.generated).toMatchObject({ words: ["red", "dog"], gridWidth: 2, gridHeight: 2 });
    expect(other!.heatMaps!.generated.similarity.map((patches) => patches.length)).toEqual([4, 4]);
    expect(score!.value).toBeCloseTo((copy!.value + other!.value) / 2, 12);
    expect(score!.low!).toBeLessThanOrEqual(score!.value!);
    expect(score!.high!).toBeGreaterThanOrEqual(score!.value!);
    expect([score!.n1, score!.n2]).toEqual([2, 2]);
    expect(score!.warnings).toEqual(["1 image without a caption or its photograph was left out."]);
    expect((await run({ real, generated })).scores).toEqual(scores);
  });

  test("leaves out what cannot be read and says so", async () => {
    const broken = join(root, "broken.png");
    writeFileSync(broken, "no image");
    const real = [{ path: await draw("r2.png", 8, 8, 1), id: "r2" }];
    const whole = { path: real[0]!.path, id: "whole", caption: "dog", realId: "r2" };
    const half = { path: broken, id: "half", caption: "dog", realId: "r2" };
    const { scores, leftOut } = await run({ real, generated: [half, whole] });
    expect(scores[0]!.n2).toBe(1);
    expect(leftOut).toEqual([
      { path: broken, name: expect.any(String), reason: expect.stringContaining("broken.png") },
    ]);
    expect(scores[0]!.warnings[0]).toMatch(/could not be read/);
    const { scores: none } = await run({ real, generated: [{ ...whole, realId: null }] });
    expect(none[0]).toMatchObject({
      value: null,
      warnings: ["No generated image has a real image with the same caption."],
    });
  });

  test("finds the quarter that is most similar to the word's vector", async () => {
    const network = await openGroundingNetwork({ model: clip });
    const data = new Uint8Array(8 * 8 * 3).fill(128);
    for (let y = 4; y < 8; y++) for (let x = 0; x < 4; x++) data.set([255, 0, 0], (y * 8 + x) * 3);
    const map = await groundCaption(network, { width: 8, height: 8, data }, "dog");
    const others = map.similarity[0]!.filter((_, at) => at !== 2);
    expect(new Set(others).size).toBe(1);
    expect(map.similarity[0]![2]).not.toBe(others[0]);
    expect(bestPatch(map, 0)).toBe(map.similarity[0]![2]! > others[0]! ? 2 : 0);
    await expect(groundCaption(network, { width: 8, height: 8, data }, "...")).rejects.toMatchObject({
      code: "invalid_input",
    });
    await releaseGroundingNetwork(network);
  });
});
