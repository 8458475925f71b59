/** Reverse mode over whole graphs: sums over paths, zeros off the path, second derivatives. */
import { describe, expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph } from "@/lib/engine/graph/graph";
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import { nodesUsed } from "@/lib/engine/graph/used-tensors";
import * as op from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/runtime/session";

async function run(graph: Graph, feeds: Record<string, TensorData>) {
  const session = await createSession(graph, { threads: 1 });
  const outputs = await session.run(feeds);
  await session.release();
  return outputs;
}

test("the contributions of every path add up", async () => {
  const graph = new Graph("paths");
  const x = graph.input("x", []);
  const y = op.mul(x, 3);
  // loss = 3x · x + 3x, so d loss/dx = 6x + 3.
  graph.output("dx", gradients(op.add(op.mul(y, x), y), [x])[0]!);
  expect(await run(graph, { x: Float32Array.of(2) })).toEqual({ dx: Float32Array.of(15) });
});

test("a tensor that the loss does not depend on has a gradient of zeros", async () => {
  const graph = new Graph("zeros");
  const [x, other] = [graph.input("x", []), graph.input("other", [2])];
  graph.output("d", gradients(op.square(x), [other])[0]!);
  expect(await run(graph, {})).toEqual({ d: new Float32Array(2) });
});

test("the gradient by a tensor on the way stops there", async () => {
  const graph = new Graph("middle");
  const x = graph.input("x", []);
  const middle = op.exp(x);
  const [dMiddle, dLoss] = gradients(op.square(middle), [middle, x]);
  graph.output("dMiddle", dMiddle!);
  graph.output("dx", dLoss!);
  expect(await run(graph, { x: Float32Array.of(0) })).toEqual({
    dMiddle: Float32Array.of(2),
    dx: Float32Array.of(2),
  });
});

test("gradients of gradients are second derivatives", async () => {
  const graph = new Graph("second");
  const x = graph.input("x", []);
  const cube = op.mul(op.square(x), x);
  const [first] = gradients(cube, [x]);
  graph.output("second", gradients(first!, [x])[0]!);
  expect(await run(graph, { x: Float32Array.of(5) })).toEqual({ second: Float32Array.of(30) });
});

test("values that only the gradient needs are not computed for the loss", async () => {
  const graph = new Graph("lean");
  const x = graph.input("x", []);
  const unused = graph.input("unused", [3]);
  gradients(op.reduceSum(op.square(unused), [0]), [unused]);
  graph.output("y", op.square(x));
  expect(await run(graph, { x: Float32Array.of(3) })).toEqual({ y: Float32Array.of(9) });
});

test("a loss that is not a scalar is rejected", () => {
  const x = new Graph("vector").input("x", [2]);
  expect(() => gradients(x, [x])).toThrow("A loss must be one float32 number");
});

describe("blocks that are recomputed", () => {
  /** Three blocks in a row with a skip over the second, and values of them that others take. */
  function build(recomputesBlocks: boolean) {
    const graph = new Graph("blocks");
    const [x, w, unused] = [graph.input("x", [4]), graph.parameter("w", [4]), graph.input("unused", [4])];
    const first = graph.block(() => op.tanh(op.mul(op.tanh(op.mul(x, w)), w)));
    let inner = first;
    const second = graph.block(() => {
      inner = graph.block(() => op.exp(op.mul(first, w)));
      return op.mul(op.sigmoid(inner), first);
    });
    graph.block(() => op.exp(unused));
    const third = graph.block(() => op.silu(op.add(second, first)));
    const loss = op.reduceSum(op.mul(op.square(third), inner), [0]);
    const blocks = graph.blocks.length;
    const asked = [x, w, first, inner];
    for (const [index, gradient] of gradients(loss, asked, { recomputesBlocks }).entries()) {
      graph.output(`d${index}`, gradient);
    }
    graph.output("loss", loss);
    return { graph, blocks };
  }
  const [x, w] = [Float32Array.of(0.3, -1, 0.7, 2), Float32Array.of(0.5, 1.5, -0.8, 0.2)];

  test("have the same gradients, also inside them, and the right ones", async () => {
    const [kept, recomputed] = [build(false), build(true)];
    expect(kept.blocks).toBe(4);
    const outputs = await run(recomputed.graph, { x, w });
    expect(outputs).toEqual(await run(kept.graph, { x, w }));

    const loss = (at: number, move: number, moved: "x" | "w") => {
      const [a, b] = [x[at]! + (moved === "x" ? move : 0), w[at]! + (moved === "w" ? move : 0)];
      const first = Math.tanh(Math.tanh(a * b) * b);
      const inner = Math.exp(first * b);
      const sum = first / (1 + Math.exp(-inner)) + first;
      return (sum / (1 + Math.exp(-sum))) ** 2 * inner;
    };
    for (const [index, name] of (["x", "w"] as const).entries()) {
      for (let at = 0; at < 4; at++) {
        const slope = (loss(at, 1e-5, name) - loss(at, -1e-5, name)) / 2e-5;
        expect(Number(outputs[`d${index}`]![at])).toBeCloseTo(slope, 5);
      }
    }
  });

  test("are appended once more, unless the loss does not depend on them", () => {
    const count = (graph: Graph, operation: string) =>
      nodesUsed(graph).filter((node) => node.operation === operation).length;
    const [kept, recomputed] = [build(false).graph, build(true).graph];
    expect(count(recomputed, "sigmoid")).toBe(count(kept, "sigmoid") + 1);
    expect(count(recomputed, "silu")).toBe(count(kept, "silu") + 1);
    expect(recomputed.nodes.filter(({ inputs }) => inputs[0]?.name === "unused")).toHaveLength(1);
  });
});
