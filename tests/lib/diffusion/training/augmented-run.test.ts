/** Runs with augmentation and balance: what a kill leaves is continued exactly, and other choices are another run. */
import { cpSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { augmentationChoices } from "@/lib/diffusion/training/augmentation/choice";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import type { TrainingRequest } from "@/lib/diffusion/training/training-request";
import { smallRequest } from "./small-run";

// A run takes a second; on a machine that does much else at once, twenty.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-augmented-run-"));
});
afterAll(() => rm(folder, { recursive: true }));

const settings = {
  augmentations: augmentationChoices.parse({
    mirror: {},
    rotate: {},
    blur: { probability: 0.6 },
    noise: { probability: 0.6 },
    occlusion: {},
  }),
  accumulationSteps: 2,
  epochs: 8,
};

async function augmentedRequest(run: string, more: Partial<TrainingRequest> = {}): Promise<TrainingRequest> {
  const { settings: own = settings, ...others } = more;
  const small = await smallRequest(folder, { run, settings: own, ...others });
  const images = small.images.map((image, at) => ({
    ...image,
    weight: [3, 0.5, 0.5, 0.5, 0.5][at]!,
    subjects: [at === 0 ? (["side"] as const) : []],
  }));
  return { ...small, images };
}

const finalModel = (run: string) => readFile(join(folder, run, "checkpoints", "final.safetensors"));

test("killed between two states, with augmentation and balance, ends with the same bits", async () => {
  const onEvent = (event: TrainingEvent) => {
    // What is on the disk at the end of step 7 is what a kill would leave: the state of step 6.
    if (event.type === "loss" && event.step === 7)
      cpSync(join(folder, "whole"), join(folder, "killed"), { recursive: true });
  };
  await train(await augmentedRequest("whole", { onEvent }));
  const logged: string[] = [];
  await train(
    await augmentedRequest("killed", {
      onEvent: (event) => void (event.type === "log" && logged.push(event.message)),
    }),
  );
  expect(logged[0]).toContain("Continued after step 6");
  const whole = await finalModel("whole");
  expect((await finalModel("killed")).equals(whole)).toBe(true);

  const plain = await smallRequest(folder, { run: "killed", settings });
  await expect(train(plain)).rejects.toThrow("a different weight, or words that augmentation spares");
  const otherwise = await augmentedRequest("killed", {
    settings: { ...plain.settings, degradedMark: "embedding" },
  });
  await expect(train(otherwise)).rejects.toThrow('degradedMark is "embedding" instead of "words"');
});
