/** Training with its state on a graphics card: the processor's weights, few bytes over the bus, and the same files. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { CardLearner } from "@/lib/diffusion/training/card-learner";
import { ProcessorLearner } from "@/lib/diffusion/training/processor-learner";
import { train } from "@/lib/diffusion/training/train";
import { TrainingBatches } from "@/lib/diffusion/training/training-batches";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import { TrainingImages } from "@/lib/diffusion/training/training-images";
import { TrainingStep } from "@/lib/diffusion/training/training-step";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "../../engine/check-operation";
import { softwareVulkan, useSoftwareVulkan } from "../../engine/software-vulkan";
import { drawPairedImages, smallOptions, smallRequest, smallSettings } from "./small-run";

const driver = softwareVulkan();
if (driver) useSoftwareVulkan(driver);
vi.setConfig({ testTimeout: 300_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-card-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(driver === null)("training on a card", () => {
  test("learns as the processor does, and moves only batch, coefficients, losses and norm over the bus", async () => {
    const diffusion = createDiffusion({ noiseSchedule: "squaredcos_cap_v2", diffusionSteps: 1000 });
    const images = await TrainingImages.open(await drawPairedImages(join(folder, "images")), () => {});
    const settings = { ...smallSettings, accumulationSteps: 2, consistencyWeight: 0.5 };
    const graphSettings = {
      options: smallOptions,
      diffusion,
      batchSize: 2,
      dropoutRate: 0.1,
      trained: "all",
      recomputesBlocks: false,
      consistency: { weight: 0.5, temperature: 0.1, imageCount: 2 },
    } as const;
    const start = startWeights();
    const card = await CardLearner.create(graphSettings, start, settings);
    const processor = new ProcessorLearner(
      await TrainingStep.create({ ...graphSettings, provider: "cpu", threads: 1 }),
      new Map([...start].map(([name, { data }]) => [name, Float32Array.from(data)])),
      settings,
    );
    const source = new TrainingBatches(images, smallOptions, diffusion, { ...settings, dropoutRate: 0.1 });
    const update = { learningRate: 1e-3, averageDecay: 0.9 };
    for (let step = 0; step < 2; step++) {
      const batches = [await source.batch(2 * step, card), await source.batch(2 * step + 1, card)];
      const given = batches.map((batch) => async () => batch);
      const before = card.figures;
      const [onCard, expected] = [await card.step(given, update), await processor.step(given, update)];
      const after = card.figures;
      const numbers = ({ loss, consistencyLoss, gradientNorm }: typeof onCard) => [
        loss,
        consistencyLoss!,
        gradientNorm,
      ];
      expect(relativeError(numbers(onCard), numbers(expected))).toBeLessThan(1e-4);
      const bytes = batches
        .flatMap((batch) => Object.values(batch))
        .reduce((sum, { byteLength }) => sum + byteLength, 0);
      // 64-bit whole numbers go as 32-bit ones; bytes are filled up to words.
      expect(after.writtenBytes - before.writtenBytes).toBeLessThanOrEqual(bytes + 48 + 8 * 16);
      expect(after.readBytes - before.readBytes).toBe(20);
    }
    const [state, expected] = [await card.read(), await processor.read()];
    expect(distance(state.firstMoments, expected.firstMoments)).toBeLessThan(1e-4);
    expect(distance(state.secondMoments, expected.secondMoments)).toBeLessThan(1e-4);
    // AdamW's first steps are the sign of a gradient, which is noise where the gradient is zero but for rounding.
    for (const array of ["weights", "average"] as const) {
      expect(shareBeyond(state[array]!, expected[array]!, 0.05 * update.learningRate), array).toBeLessThan(
        0.01,
      );
    }
    await card.release();
    await processor.release();
  });

  test("a run moves from the processor to the card and back, on the same files", async () => {
    const losses: Record<string, number[]> = {};
    const run = async (name: string, provider: "cpu" | "webgpu", stopAfter = Number.POSITIVE_INFINITY) => {
      const stop = new AbortController();
      const onEvent = (event: TrainingEvent) => {
        if (event.type !== "loss") return;
        losses[name] = [...(losses[name] ?? []), event.loss, event.gradientNorm];
        if (event.step === stopAfter) stop.abort();
      };
      const settings = { epochs: 1 };
      return train(
        await smallRequest(folder, { run: name, settings, provider, onEvent, signal: stop.signal }),
      );
    };
    await run("processor", "cpu");
    await expect(run("moved", "cpu", 1)).rejects.toMatchObject({ code: "cancelled" });
    await expect(run("moved", "webgpu", 2)).rejects.toMatchObject({ code: "cancelled" });
    await run("moved", "cpu");
    expect(losses.moved).toHaveLength(losses.processor!.length);
    expect(relativeError(losses.moved!, losses.processor!)).toBeLessThan(1e-3);
  });
});

/** Nothing is zero, so that every gradient has a value from the first step. */
function startWeights(): ReturnType<typeof initialWeights> {
  const random = new Random(4);
  return new Map(
    [...initialWeights(smallOptions, 3)].map(([name, { shape, data }]) => {
      const noise = random.normals(data.length);
      return [name, { shape, data: noise.map((value, at) => (data as Float32Array)[at]! + 0.02 * value) }];
    }),
  );
}

type Arrays = ReadonlyMap<string, Float32Array>;

/** |a - b| / |b| over all tensors together. */
function distance(a: Arrays, b: Arrays): number {
  let [square, size] = [0, 0];
  for (const [name, values] of b) {
    for (let i = 0; i < values.length; i++) {
      square += (a.get(name)![i]! - values[i]!) ** 2;
      size += values[i]! ** 2;
    }
  }
  return Math.sqrt(square / size);
}

/** The share of values that differ by more than `most`. */
function shareBeyond(a: Arrays, b: Arrays, most: number): number {
  let [beyond, count] = [0, 0];
  for (const [name, values] of b) {
    count += values.length;
    for (let i = 0; i < values.length; i++) if (Math.abs(a.get(name)![i]! - values[i]!) > most) beyond++;
  }
  return beyond / count;
}
