/** Dispatches that run as one: which do, and that they compute what they did apart. */
import { describe, expect, test, vi } from "vitest";
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { accumulate } from "@/lib/engine/webgpu/kernels/accumulate";
import { mergeKernels } from "@/lib/engine/webgpu/kernels/merged-kernel";
import { moments } from "@/lib/engine/webgpu/kernels/moments";
import { product } from "@/lib/engine/webgpu/kernels/product";
import { cardTuning, softwareTuning } from "@/lib/engine/webgpu/kernels/tiling";
import { buildProgram } from "@/lib/engine/webgpu/program";
import { Random } from "@/lib/numerics/random";
import { softwareCard } from "./kernels/software-card";

vi.setConfig({ testTimeout: 120_000 });
const target = { mostBuffers: 8, mostRoomBytes: 16_384, tuning: cardTuning };

function dispatchCount(build: (graph: Graph) => void, limits: Partial<typeof target> = {}): number {
  const graph = new Graph("merging");
  build(graph);
  return buildProgram(graph, { ...target, ...limits }).dispatches.length;
}

describe("dispatches", () => {
  test("run as one where they do not depend on each other, also if another lies between", () => {
    const independent = (graph: Graph) => {
      const [x, y] = [graph.input("x", [600]), graph.input("y", [700])];
      const sum = op.reduceSum(op.exp(x), [0]);
      graph.output("after the sum", op.softmax(op.mul(x, sum)));
      graph.output("tanh", op.tanh(y));
    };
    const alone = (graph: Graph) => {
      const x = graph.input("x", [600]);
      graph.output("after the sum", op.softmax(op.mul(x, op.reduceSum(op.exp(x), [0]))));
    };
    expect(dispatchCount(independent)).toBe(dispatchCount(alone));
  });

  test("run apart where they would bind too many buffers together, or take too much workgroup memory", () => {
    const maps = (graph: Graph) => {
      for (let index = 0; index < 6; index++)
        graph.output(`y${index}`, op.exp(graph.input(`x${index}`, [9 + index])));
    };
    expect(dispatchCount(maps)).toBe(2);
    expect(dispatchCount(maps, { mostBuffers: 20 })).toBe(1);
    const products = (graph: Graph) => {
      for (const name of ["a", "b"]) {
        const x = graph.input(name, [48, 48]);
        graph.output(`${name} squared`, op.matmul(x, x));
      }
    };
    expect(dispatchCount(products)).toBe(1);
    expect(dispatchCount(products, { mostRoomBytes: 4096 })).toBe(2);
  });
});

const card = await softwareCard();

describe.skipIf(card === null)("a merged kernel", () => {
  test("computes what its parts do, which share operands and have grids and names of their own", async () => {
    const random = new Random(2);
    const [left, right, wide] = [21 * 19, 19 * 18, 19 * 35].map((length) => random.normals(length)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const products = [18, 35].map(
      (columns) => product({ rows: 21, columns, terms: 19 }, softwareTuning).calls[0]!.kernel,
    );
    const merged = mergeKernels([
      { kernel: products[0]!, reads: ["left", "right"], writes: ["first"] },
      { kernel: products[1]!, reads: ["left", "wide"], writes: ["second"] },
    ]);
    expect(merged.reads).toEqual(["left", "right", "wide"]);
    const together = await card!.run(merged.kernel, [left, right, wide], [21 * 18, 21 * 35]);
    const apart = [
      (await card!.run(products[0]!, [left, right], [21 * 18]))[0]!,
      (await card!.run(products[1]!, [left, wide], [21 * 35]))[0]!,
    ];
    expect(together).toEqual(apart);
  });

  test("may have parts with barriers beside parts whose threads return early", async () => {
    const x = new Random(3).normals(5 * 300);
    const kernels = [
      accumulate({ length: 1499, isFirst: true }),
      moments({ rows: 5, length: 300, epsilon: 0.5, spread: "deviation", threads: 256 }),
    ];
    const merged = mergeKernels([
      { kernel: kernels[0]!, reads: ["x"], writes: ["copy"] },
      { kernel: kernels[1]!, reads: ["x"], writes: ["mean", "deviation"] },
    ]);
    const together = await card!.run(merged.kernel, [x], [1499, 5, 5]);
    const alone = await card!.run(kernels[1]!, [x], [5, 5]);
    expect(together).toEqual([x.subarray(0, 1499), ...alone]);
  });
});
