/** Validation of a run: the same draws every time, no effect on the weights, and the best model kept. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import { chooseImages } from "@/lib/diffusion/training/validation-images";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { drawImages, smallRequest, type smallSettings } from "./small-run";

vi.setConfig({ testTimeout: 180_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-validation-"));
});
afterAll(() => rm(folder, { recursive: true }));

type Validation = Extract<TrainingEvent, { type: "validation" }>;

function listen() {
  const events: TrainingEvent[] = [];
  const validations = () => events.filter((event): event is Validation => event.type === "validation");
  return { events, validations, onEvent: (event: TrainingEvent) => void events.push(event) };
}

async function weightsOf(path: string): Promise<string> {
  const checkpoint = await openCheckpoint(path);
  const hash = createHash("sha256");
  for (const name of [...checkpoint.tensors.keys()].sort()) {
    hash.update(name).update(new Uint8Array((await checkpoint.readFloat32(name)).buffer));
  }
  await checkpoint.close();
  return hash.digest("hex");
}

/** Every step ends an epoch: models of all steps are kept to compare with. The rate is high enough for ups and downs. */
const settings = {
  epochs: 6,
  batchSize: 5,
  validationEverySteps: 2,
  keepEpochs: [1, 2, 3, 4, 5],
  learningRate: 0.05,
  emaDecay: 0,
};

describe("a run with validation", () => {
  test("measures before its first step and at every second, changes no weight by it, and keeps the best model", async () => {
    const heldOut = await drawImages(join(folder, "held-out"));
    const { validations, events, onEvent } = listen();
    const whole = await train(
      await smallRequest(folder, { run: "with", settings, validationImages: heldOut, onEvent }),
    );
    const plain = await train(
      await smallRequest(folder, { run: "without", settings: { ...settings, validationEverySteps: 0 } }),
    );
    expect(await weightsOf(whole.path)).toBe(await weightsOf(plain.path));
    expect(validations().map(({ step }) => step)).toEqual([0, 2, 4, 6]);
    for (const { bands, losses, isAverage } of validations()) {
      expect(bands).toHaveLength(4);
      expect(isAverage).toBe(false);
      const mean = bands.reduce((sum, band) => sum + band.heldOut, 0) / 4;
      expect(losses.heldOut).toBeCloseTo(mean, 12);
    }
    const lowest = validations()
      .filter(({ step }) => step > 0)
      .reduce((a, b) => (b.losses.heldOut < a.losses.heldOut ? b : a)).step;
    const best = events.filter((event) => event.type === "checkpoint" && event.kind === "best");
    expect(best).toMatchObject([{ step: lowest }]);
    const kept = lowest === 6 ? "final" : `epoch-0000${lowest}`;
    const path = (name: string) => join(folder, "with", "checkpoints", `${name}.safetensors`);
    expect(await weightsOf(path("best"))).toBe(await weightsOf(path(kept)));
  });

  test("draws the same for the same seed and images, whatever the run is set to", async () => {
    const heldOut = await drawImages(join(folder, "held-out"));
    const startLosses = async (run: string, changes: Partial<typeof smallSettings>) => {
      const { validations, onEvent } = listen();
      const stop = new AbortController();
      const request = await smallRequest(folder, {
        run,
        settings: { validationEverySteps: 5, ...changes },
        validationImages: heldOut,
        signal: stop.signal,
        onEvent: (event) => {
          onEvent(event);
          if (event.type === "validation") stop.abort();
        },
      });
      await expect(train(request)).rejects.toMatchObject({ code: "cancelled" });
      return validations()[0]!;
    };
    const one = await startLosses("one", {});
    expect(await startLosses("two", { batchSize: 3, learningRate: 0.1, dropout: 0, flip: false })).toEqual(
      one,
    );
    expect((await startLosses("three", { seed: 4 })).losses.heldOut).not.toBe(one.losses.heldOut);
  });

  test("goes on after a stop with the same validations as a run that was left alone", async () => {
    const change = { epochs: 3, validationEverySteps: 2, validationShare: 0.4 };
    const whole = listen();
    await train(await smallRequest(folder, { run: "share-whole", settings: change, onEvent: whole.onEvent }));
    const stop = new AbortController();
    const parts = listen();
    const onEvent = (event: TrainingEvent) => {
      parts.onEvent(event);
      if (event.type === "loss" && event.step === 3) stop.abort();
    };
    const request = await smallRequest(folder, { run: "share-parts", settings: change, onEvent });
    await expect(train({ ...request, signal: stop.signal })).rejects.toMatchObject({ code: "cancelled" });
    await train(request);
    const byStep = (validations: Validation[]) => new Map(validations.map((each) => [each.step, each]));
    expect(byStep(parts.validations())).toEqual(byStep(whole.validations()));
    const best = (run: string) => readFile(join(folder, run, "checkpoints", "best.safetensors"));
    expect((await best("share-parts")).equals(await best("share-whole"))).toBe(true);
  });
});

describe("the images of a validation", () => {
  const images = Array.from({ length: 20 }, (_, i) => ({ path: `${i}.png`, captions: ["x"] }));
  const usual = { validationEverySteps: 5, validationShare: 0, validationImages: 4, seed: 1 };

  test("are a share of the images, which the model does not learn from", () => {
    const chosen = chooseImages(images, undefined, { ...usual, validationShare: 0.25, validationImages: 50 });
    expect(chosen.heldOut).toHaveLength(5);
    expect(new Set([...chosen.training, ...chosen.heldOut])).toEqual(new Set(images));
    expect(chosen.training).toHaveLength(15);
    const unvalidated = chooseImages(images, undefined, {
      ...usual,
      validationShare: 0.25,
      validationEverySteps: 0,
    });
    expect(unvalidated).toEqual({ training: chosen.training, heldOut: [] });
  });

  test("are at most so many of those given", () => {
    expect(chooseImages(images, images.slice(0, 9), usual).heldOut).toHaveLength(4);
    expect(chooseImages(images, images.slice(0, 9), usual).training).toEqual(images);
  });

  test("must be there, and leave something to learn from", () => {
    expect(() => chooseImages(images, [], usual)).toThrow("no images are held out");
    expect(() => chooseImages(images.slice(0, 1), undefined, { ...usual, validationShare: 0.5 })).toThrow(
      "leaves none of 1 images",
    );
  });
});
