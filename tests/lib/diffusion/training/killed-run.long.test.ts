/** A run with every option that changes its steps, killed with kill -9 again and again, ends with the same bits. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { augmentationChoices } from "@/lib/diffusion/training/augmentation/choice";
import type { CaptionedImage } from "@/lib/diffusion/training/captioned-image";
import type { TrainingSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import type { TrainingRequest } from "@/lib/diffusion/training/training-request";
import { drawImages, drawPairedImages, smallRequest } from "./small-run";

vi.setConfig({ testTimeout: 600_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-killed-run-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** One more option that changes what steps do belongs here. */
const everything: Partial<TrainingSettings> = {
  epochs: 4,
  batchSize: 2,
  accumulationSteps: 2,
  learningRateSchedule: "cosine",
  warmupSteps: 2,
  loraRank: 2,
  loraLayers: "attention-and-convolutions",
  validationEverySteps: 2,
  validationShare: 0.2,
  priorWeight: 0.5,
  classPrompt: "a square",
  classImageCount: 3,
  consistencyWeight: 0.5,
  augmentations: augmentationChoices.parse({ mirror: {}, rotate: {}, blur: { probability: 0.6 }, noise: {} }),
  minSnrGamma: 5,
  snrFloor: 0.2,
  checkpointEverySteps: 3,
};

/** Of a balance, which draws the first image more often; its caption spares it the mirror. */
function balanced(images: readonly CaptionedImage[]): CaptionedImage[] {
  return images.map((image, at) => ({
    ...image,
    weight: at === 0 ? 3 : 0.5,
    subjects: image.captions.map(() => (at === 0 ? ["side"] : [])),
  }));
}

const child = fileURLToPath(new URL("./run-child.ts", import.meta.url));

/** Runs until an event with these values, at which the process kills itself. */
async function runAndKill(requestPath: string, end: Partial<TrainingEvent>): Promise<TrainingEvent[]> {
  const args = ["--import", "tsx", child, requestPath, JSON.stringify(end)];
  const killed = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 }).catch(
    (error: { signal: string; stdout: string }) => error,
  );
  expect(killed).toMatchObject({ signal: "SIGKILL" });
  return killed.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TrainingEvent);
}

test("killed while it draws class images, and after a validation that is not saved yet", async () => {
  const start = await train(await smallRequest(folder, { run: "start", settings: { epochs: 1 } }));
  const request = async (run: string): Promise<TrainingRequest> => ({
    ...(await smallRequest(folder, {
      run,
      settings: everything,
      startWeightsPath: start.path,
      images: balanced(await drawPairedImages(join(folder, "images"))),
    })),
  });
  const events: TrainingEvent[] = [];
  const whole = await request("whole");
  await train({ ...whole, onEvent: (event) => void events.push(event) });

  const parts = await request("parts");
  const path = join(folder, "request.json");
  await writeFile(path, JSON.stringify(parts));
  const attempts = [
    await runAndKill(path, { type: "class-images", done: 1 }),
    await runAndKill(path, { type: "validation", step: 4 }),
  ];
  const last: TrainingEvent[] = [];
  await train({ ...parts, onEvent: (event) => void last.push(event) });
  attempts.push(last);
  const drawn = attempts.map((each) =>
    each.flatMap((event) => (event.type === "class-images" ? [event.done] : [])),
  );
  expect(drawn).toEqual([[0, 1], [1, 2, 3], [3]]);
  const firstStep = attempts.map((each) => each.find((event) => event.type === "loss")?.step);
  expect(firstStep).toEqual([undefined, 1, 4]);

  // The same weights, the same best model, the same adapter of both, the same validations.
  const models = (await readdir(join(folder, "whole", "checkpoints"))).sort();
  expect(models).toEqual(["best.lora", "best", "final.lora", "final"].map((name) => `${name}.safetensors`));
  expect((await readdir(join(folder, "parts", "checkpoints"))).sort()).toEqual(models);
  for (const name of models) {
    const [a, b] = await Promise.all(
      ["whole", "parts"].map((run) => readFile(join(folder, run, "checkpoints", name))),
    );
    expect(a!.equals(b!), name).toBe(true);
  }
  const validations = (told: TrainingEvent[]) =>
    new Map(told.flatMap((event) => (event.type === "validation" ? [[event.step, event] as const] : [])));
  expect(validations(attempts.flat())).toEqual(validations(events));
});

test("is not continued with other class images or another weight of theirs", async () => {
  const images = await drawImages(join(folder, "class"));
  const settings = { priorWeight: 1, classPrompt: "a square" };
  const request = await smallRequest(folder, { run: "other", settings, classImages: images.slice(0, 3) });
  await train(request);
  const other = train({ ...request, classImages: images.slice(1, 4) });
  await expect(other).rejects.toThrow("the class images have changed");
  const weighed = train({ ...request, settings: { ...request.settings, priorWeight: 2 } });
  await expect(weighed).rejects.toThrow("priorWeight is 2 instead of 1");
});
