/** The update of everything that learns, on a card: in few dispatches, whatever the gradients share with each other. */
import { describe, expect, test, vi } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { createCardTraining, learnedArrays } from "@/lib/engine/webgpu/card-training";
import { Random } from "@/lib/numerics/random";
import { softwareVulkan, useSoftwareVulkan } from "../software-vulkan";

const driver = softwareVulkan();
if (driver) useSoftwareVulkan(driver);
vi.setConfig({ testTimeout: 120_000 });

/** With an ε this large, a step is 1/8 of the gradient. */
const descent = {
  ...{ scale: 1, maxNorm: Number.POSITIVE_INFINITY, beta1: 0, beta2: 0, kept: 1 },
  ...{ stepSize: 0.125 * 1e30, correction: 1, epsilon: 1e30, averageShare: 0.5 },
};

describe.skipIf(driver === null)("training on a card", () => {
  test("updates parameters whose gradients are one tensor, a constant, or needed for another's", async () => {
    const graph = new Graph("shared gradients");
    const [a, b, c, idle] = ["a", "b", "c", "idle"].map((name) => graph.parameter(name, [3]));
    const x = graph.input("x", [3]);
    const loss = op.reduceSum(op.mul(op.mul(op.add(a!, b!), x), c!), [0]);
    graph.output("loss", loss);
    const learning = [a!, b!, c!, idle!];
    const slopes = gradients(loss, learning);
    slopes[2] = op.mul(slopes[2]!, slopes[0]!);
    const gradientNames = new Map(learning.map(({ name }) => [name, `d ${name}`]));
    for (const [index, { name }] of learning.entries()) graph.output(`d ${name}`, slopes[index]!);
    const values = { a: [1, 2, 3], b: [4, 5, 6], c: [1, -1, 2], idle: [7, 8, 9] };
    const weights = new Map(
      Object.entries(values).map(([name, data]) => [name, { shape: [3], data: Float32Array.from(data) }]),
    );
    const training = await createCardTraining({
      ...{ graph, weights, gradientNames },
      ...{ keepsAverage: true, accumulates: false },
    });
    expect(await training.addBatch({ x: Float32Array.of(1, 2, 3) })).toEqual({ loss: 45 });
    // d a = d b = x · c and d c = (a + b) · x · x · c
    const norm = await training.update(descent);
    expect(norm).toBeCloseTo(Math.hypot(1, -2, 6, 1, -2, 6, 5, -28, 162), 3);
    const [learned, , , average] = await Promise.all(learnedArrays.map((array) => training.read(array)));
    const expected = {
      a: [0.875, 2.25, 2.25],
      b: [3.875, 5.25, 5.25],
      c: [0.375, 2.5, -18.25],
      idle: [7, 8, 9],
    };
    for (const [name, data] of Object.entries(expected)) {
      expect([...learned!.get(name)!], name).toEqual(data);
      const start = values[name as keyof typeof values];
      expect([...average!.get(name)!]).toEqual(data.map((value, at) => (value + start[at]!) / 2));
    }
    training.release();
  });

  test.each([
    { case: "one batch a step, with an average", batches: 1, keepsAverage: true },
    { case: "one batch a step, without an average", batches: 1, keepsAverage: false },
    { case: "three batches a step", batches: 3, keepsAverage: false },
  ])("moves no weight over the bus in a step: $case", async ({ batches, keepsAverage }) => {
    // As with an adapter, most weights are frozen, and two narrow ones learn.
    const graph = new Graph("adapter");
    const [frozen, narrow, wide] = [
      graph.parameter("frozen", [64, 64]),
      graph.parameter("narrow", [64, 2]),
      graph.parameter("wide", [2, 64]),
    ];
    const x = graph.input("x", [4, 64]);
    const y = op.add(op.matmul(x, frozen), op.matmul(op.matmul(x, narrow), wide));
    const loss = op.reduceMean(op.square(y), [0, 1]);
    graph.output("loss", loss);
    const learning = [narrow, wide];
    for (const [index, gradient] of gradients(loss, learning).entries())
      graph.output(`d ${learning[index]!.name}`, gradient);
    const random = new Random(1);
    const weights = new Map(
      [frozen, narrow, wide].map(({ name, shape }) => [
        name,
        { shape, data: random.normals(shape[0]! * shape[1]!).map((value) => value / 8) },
      ]),
    );
    const training = await createCardTraining({
      ...{ graph, weights, keepsAverage },
      gradientNames: new Map(learning.map(({ name }) => [name, `d ${name}`])),
      accumulates: batches > 1,
    });
    const losses: number[] = [];
    for (let step = 0; step < 3; step++) {
      const before = training.figures;
      for (let batch = 0; batch < batches; batch++)
        losses.push((await training.addBatch({ x: new Random(batch).normals(4 * 64) })).loss!);
      await training.update({ ...descent, scale: 1 / batches });
      const { writtenBytes, readBytes } = training.figures;
      expect({
        written: writtenBytes - before.writtenBytes,
        read: readBytes - before.readBytes,
      }).toEqual({ written: batches * 4 * 4 * 64 + 4 * 12, read: 4 * batches + 4 });
    }
    const [first, last] = [losses.slice(0, batches), losses.slice(-batches)];
    for (const [index, value] of last.entries()) expect(value).toBeLessThan(first[index]!);
    training.release();
  });
});
