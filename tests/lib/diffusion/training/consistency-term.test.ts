/** Runs with a term of consistency between captions: what they measure, and which are refused in words. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import type { TrainingRequest } from "@/lib/diffusion/training/training-request";
import { drawImages, drawPairedImages, smallOptions, smallRequest } from "./small-run";

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-consistency-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a run says how many images have several captions, and its term falls", async () => {
  const events: TrainingEvent[] = [];
  const request = await smallRequest(folder, {
    images: await drawPairedImages(join(folder, "images")),
    settings: { epochs: 12, trained: "text", learningRate: 0.01, consistencyWeight: 1 },
    onEvent: (event) => void events.push(event),
  });
  await train(request);
  expect(events).toContainEqual({
    type: "log",
    message:
      "Consistency between captions: 4 of 5 images have several captions. 1 image has a single caption, from which those of other images are drawn apart.",
  });
  const losses = events.flatMap((event) => (event.type === "loss" ? [event.consistencyLoss!] : []));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(losses).toHaveLength(30);
  expect(mean(losses.slice(-10))).toBeLessThan(0.5 * mean(losses.slice(0, 10)));
});

test.each<[string, Partial<TrainingRequest["settings"]>, Partial<TrainingRequest>]>([
  ["only the UNet is trained", { trained: "unet" }, {}],
  ["a batch has one image", { batchSize: 1 }, {}],
  ["reads no captions", {}, { options: parseModelOptions({ ...smallOptions, xf_width: 0 }) }],
])("refuses where %s", async (words, settings, changes) => {
  const images = await drawPairedImages(join(folder, "images"));
  const all = { consistencyWeight: 1, ...settings };
  const request = await smallRequest(folder, { run: "refused", images, settings: all, ...changes });
  await expect(train(request)).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining(words),
  });
});

test("refuses images that have one caption each, and a single image", async () => {
  const images = await drawImages(join(folder, "images"));
  const run = async (given: TrainingRequest["images"]) =>
    train(await smallRequest(folder, { run: "refused", images: given, settings: { consistencyWeight: 1 } }));
  await expect(run(images)).rejects.toThrow("no image has several captions");
  const twice = { path: images[0]!.path, captions: ["a red square", "a red box"] };
  await expect(run([twice])).rejects.toThrow("there is only one");
});
