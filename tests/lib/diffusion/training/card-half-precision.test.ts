/**
 * Training in half precision on a card, beside float32 on the processor: loss curve, overflow, and exact resume. The model
 * is played by one of two convolutions, because a driver in software compiles the kernels of a UNet for half a minute.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { CardLearner } from "@/lib/diffusion/training/card-learner";
import type { Batch, Learner } from "@/lib/diffusion/training/learner";
import { ProcessorLearner } from "@/lib/diffusion/training/processor-learner";
import type * as trainingGraph from "@/lib/diffusion/training/training-graph";
import { type TrainingState, TrainingStateFolder } from "@/lib/diffusion/training/training-state";
import { TrainingStep } from "@/lib/diffusion/training/training-step";
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "../../engine/check-operation";
import { softwareVulkan, useSoftwareVulkan } from "../../engine/software-vulkan";
import { smallOptions, smallSettings } from "./small-run";

vi.mock("@/lib/diffusion/training/training-graph", async (importOriginal) => {
  const real = await importOriginal<typeof trainingGraph>();
  const buildTrainingGraph: typeof real.buildTrainingGraph = ({
    recomputesBlocks = false,
    scalesLoss = false,
  }) => {
    const graph = new Graph("two convolutions");
    const first = op.conv2d(
      graph.input("x", [2, 4, 12, 12]),
      graph.parameter("first", [16, 4, 3, 3]),
      undefined,
      { padding: 1 },
    );
    const normed = op.groupNorm(first, graph.parameter("factor", [16]), graph.parameter("summand", [16]), {
      groups: 4,
      epsilon: 1e-5,
    });
    const second = op.conv2d(op.silu(normed), graph.parameter("second", [4, 16, 3, 3]), undefined, {
      padding: 1,
    });
    const loss = graph.inFullPrecision(() =>
      op.meanSquaredError(second, graph.input("target", second.shape)),
    );
    const learning = [...graph.parameters];
    real.outputGradients(graph, loss, { learning, recomputesBlocks, scalesLoss });
    const model = { dropoutMasks: [], textInputNames: [] } as unknown as trainingGraph.TrainingGraph["model"];
    return { graph, model, learning: new Map(learning) };
  };
  return { ...real, buildTrainingGraph };
});

const driver = softwareVulkan();
if (driver) useSoftwareVulkan(driver);
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-half-"));
});
afterAll(() => rm(folder, { recursive: true }));

const settings = { ...smallSettings, precision: "half" } as const;
const graphSettings: trainingGraph.TrainingGraphSettings = {
  ...{ options: smallOptions, batchSize: 2, dropoutRate: 0, trained: "all" as const },
  diffusion: createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000 }),
};
const update = { learningRate: 1e-2, averageDecay: 0.9 };
const stepCount = 12;

const random = new Random(5);
const normals = (length: number, size = 1) => random.normals(length).map((value) => size * value);
const weights = new Map([
  ["first", { shape: [16, 4, 3, 3], data: normals(576, 0.2) }],
  ["factor", { shape: [16], data: new Float32Array(16).fill(1) }],
  ["summand", { shape: [16], data: new Float32Array(16) }],
  ["second", { shape: [4, 16, 3, 3], data: normals(576, 0.1) }],
]);
const batches = Array.from({ length: stepCount }, (): Batch => {
  const x = normals(2 * 4 * 144);
  return { x, target: x.map((value) => Math.tanh(value)) };
});
const stepOf = (learner: Learner, step: number) =>
  learner.step([async () => batches[step % stepCount]!], update);

describe.skipIf(driver === null)("training in half precision", () => {
  test("learns like float32, leaves out what overflows, and goes on from its saved state with the same bits", async () => {
    const processor = new ProcessorLearner(
      await TrainingStep.create({ ...graphSettings, provider: "cpu", threads: 1 }),
      new Map([...weights].map(([name, { data }]) => [name, data.slice()])),
      settings,
    );
    const card = await CardLearner.create(graphSettings, weights, settings);
    const [half, full]: [number[], number[]] = [[], []];
    const states = await TrainingStateFolder.open(folder, "half");
    for (let step = 0; step < stepCount; step++) {
      half.push((await stepOf(card, step)).loss);
      full.push((await stepOf(processor, step)).loss);
      if (step === 3)
        await states.save({ step: step + 1, isDueLeft: false }, await card.read(), card.trainedShapes);
    }
    expect(full.at(-1)).toBeLessThan(full[0]! / 2);
    // A rounding is 2e-4 in the mean; AdamW, which takes the gradients' signs at first, hardly amplifies it.
    expect(relativeError(half, full)).toBeLessThan(2e-3);
    expect(half).not.toEqual(full);
    const end = await card.read();
    expect(end.lossScale).toEqual({ factor: 65_536, goodSteps: stepCount, leftOutSteps: 0 });

    const next = await CardLearner.create(graphSettings, weights, settings);
    const found = await states.restore(
      () => next.read(),
      (message) => expect.fail(message),
    );
    await next.resume(found.state!, found.step);
    for (let step = found.step; step < stepCount; step++) {
      expect((await stepOf(next, step)).loss).toBe(half[step]);
    }
    expectSame(await next.read(), end);

    const lossScale = { factor: 2 ** 40, goodSteps: 7, leftOutSteps: 1 };
    await next.resume({ ...end, lossScale }, stepCount);
    const overflown = await stepOf(next, stepCount);
    expect(overflown).toMatchObject({ loss: expect.any(Number), leftOut: { factor: 2 ** 39 } });
    const left = { factor: 2 ** 39, goodSteps: 0, leftOutSteps: 2 };
    expectSame(await next.read(), { ...end, lossScale: left });
    await Promise.all([card, next, processor].map((learner) => learner.release()));
  });
});

function expectSame({ lossScale, ...state }: TrainingState, expected: TrainingState): void {
  expect(lossScale).toEqual(expected.lossScale);
  for (const [group, arrays] of Object.entries(state)) {
    for (const [name, values] of arrays ?? []) {
      expect([...values], `${group} of ${name}`).toEqual([...expected[group as "weights"].get(name)!]);
    }
  }
}
