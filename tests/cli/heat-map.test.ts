import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluate } from "@/cli/evaluate";
import { heatMap } from "@/cli/heat-map";
import { wordHeatMapSchema } from "@/lib/metrics/scores/heat-map";
import { writeTinyTokenClip } from "../lib/metrics/extractors/tiny-token-clip";

const root = mkdtempSync(join(tmpdir(), "semblance-heat-map-"));
const clip = join(root, "clip");
const image = join(root, "real", "dog.png");
const out = join(root, "map.png");

beforeAll(async () => {
  writeTinyTokenClip(clip);
  for (const [folder, name, flip] of [
    ["real", "dog.png", 0],
    ["generated", "0001.png", 90],
  ] as const) {
    mkdirSync(join(root, folder));
    const data = Uint8Array.from({ length: 32 * 24 * 3 }, (_, at) => (at * 5 + flip) % 256);
    await sharp(data, { raw: { width: 32, height: 24, channels: 3 } })
      .png()
      .toFile(join(root, folder, name));
  }
  writeFileSync(join(root, "real/dog.txt"), "Something else\nA red dog\n");
  writeFileSync(join(root, "generated/0001.txt"), "a red dog\n");
});
afterAll(() => rmSync(root, { recursive: true }));

function collect() {
  const parts: string[] = [];
  const write = (chunk: string | Uint8Array) => {
    parts.push(String(chunk));
    return true;
  };
  return { output: { write }, text: () => parts.join("") };
}

describe("semblance heat-map", () => {
  test("draws a coloured copy of the image for each word", async () => {
    const { output, text } = collect();
    expect(await heatMap({ image, caption: "red dog", out, clip }, output)).toBe(0);
    expect(text()).toMatch(/shows 2 words over dog\.png, 2 × 2 patches/);
    const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(2 * (240 + 16) + 16);
    // Left of the image's centred square nothing is coloured: grey levels of the image itself are not viridis.
    const original = await sharp(image).resize(240, 180, { fit: "fill" }).raw().toBuffer();
    const at = (60 + 90) * info.width + 16 + 5;
    for (let channel = 0; channel < 3; channel++) {
      expect(Math.abs(data[at * 3 + channel]! - original[(90 * 240 + 5) * 3 + channel]!)).toBeLessThan(3);
    }
    expect(data.subarray((60 + 40) * info.width * 3 + (16 + 60) * 3).subarray(0, 3)).not.toEqual(
      original.subarray((40 * 240 + 60) * 3).subarray(0, 3),
    );
  });

  test("prints the map as JSON, and names what is missing", async () => {
    const { output, text } = collect();
    await heatMap({ image, caption: "red dog", json: true, clip }, output);
    expect(wordHeatMapSchema.parse(JSON.parse(text())).words).toEqual(["red", "dog"]);
    await expect(heatMap({ image, clip })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(
      heatMap({ image, caption: "a", out, weightsFolder: join(root, "none") }),
    ).rejects.toMatchObject({ code: "missing_weights" });
  });
});

describe("semblance evaluate --metrics grounding", () => {
  test("pairs images with photographs that have the same caption beside them", async () => {
    const { output, text } = collect();
    const folders = { real: join(root, "real"), generated: join(root, "generated") };
    const silent = { write: () => true };
    expect(
      await evaluate({ ...folders, metrics: "grounding", clip, json: true, provider: "cpu" }, output, silent),
    ).toBe(0);
    const [score] = JSON.parse(text()).scores;
    expect(score.perImage[0]).toMatchObject({ id: "0001.png", nearest: "dog.png" });
    expect(score.value).toBeGreaterThan(0);
    expect(score.value).toBeLessThan(1);
    expect(score.recipe.statistic).toMatch(/TIGEr/);
  });
});
