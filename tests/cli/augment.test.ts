/** A contact sheet of augmented images, and the options that it takes. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AugmentOptions, augment } from "@/cli/augment";
import { readSettingOptions } from "@/cli/setting-options";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { drawImages } from "../lib/diffusion/training/small-run";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-augment-"));
  await drawImages(join(folder, "images"));
});
afterAll(() => rm(folder, { recursive: true }));

function printed() {
  const parts: string[] = [];
  return { write: (part: string | Uint8Array) => parts.push(String(part)) > 0, text: () => parts.join("") };
}

test("the sheet has a row for each image, as it is and in eight versions, by options or a settings file", async () => {
  const output = printed();
  const out = join(folder, "sheet.png");
  const options = { augmentations: "hue:1:-40:40; noise:1", images: 1, out };
  expect(await augment(join(folder, "images"), options, output)).toBe(0);
  expect(output.text()).toContain("Hue: 5 of 5 captions name what it changes, and are spared.");
  const { width, height } = await sharp(out).metadata();
  // Tiles of 256 px with 10 px between them; margins, head and captions are the sheet's own.
  expect(width).toBeGreaterThan(9 * 266);
  expect(height).toBeGreaterThan(266);
  expect(height).toBeLessThan(2 * 266);
  const again = join(folder, "again.png");
  const settings = join(folder, "run.yaml");
  await writeFile(
    settings,
    "settings:\n  epochs: 3\n  augmentations: {hue: {probability: 1, from: -40, to: 40}, noise: {probability: 1}}\n",
  );
  await augment(join(folder, "images"), { settings, images: 1, out: again }, printed());
  expect((await readFile(again)).equals(await readFile(out))).toBe(true);
});

test("what cannot be drawn is refused by the option's name", async () => {
  const refused = (options: AugmentOptions) => augment(join(folder, "images"), options, printed());
  await expect(refused({})).rejects.toThrow("No augmentation is chosen");
  await expect(refused({ augmentations: "spin" })).rejects.toThrow("There is no “spin”");
  await expect(refused({ augmentations: "rotate:0.5:20:-20" })).rejects.toThrow(
    "--augmentations: rotate: to: The range ends before it begins.",
  );
  await expect(refused({ augmentations: "mirror", images: 0 })).rejects.toThrow("--images must be");
  const wordLists = join(folder, "lists.txt");
  await writeFile(wordLists, "brown\n");
  await expect(refused({ augmentations: "mirror", wordLists })).rejects.toThrow(`${wordLists}: Line 1`);
});

test("a set of augmentations is read once, several times, or as it is", () => {
  const read = (augmentations: unknown) =>
    readSettingOptions(fineTuneSettings, { augmentations }).augmentations;
  const both = { mirror: { probability: 0.25 }, blur: { probability: 0.5, from: 0.8, to: 2.5 } };
  expect(read("blur; mirror:0.25")).toEqual(both);
  expect(read(["mirror:0.25", "blur"])).toEqual(both);
  expect(read(both)).toEqual(both);
});
