/** Reverse mode over whole graphs: sums over paths, zeros off the path, second derivatives. */
import { expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph } from "@/lib/engine/graph/graph";
import type { TensorData } from "@/lib/engine/graph/tensor-type";
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
