/** The identity that stops gradients. */
import { expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph } from "@/lib/engine/graph/graph";
import { mul, reduceSum, stopGradient } from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/runtime/session";

test("what stopGradient is applied to counts as a constant", async () => {
  const graph = new Graph("stop");
  const x = graph.input("x", [2]);
  graph.output("y", stopGradient(x));
  // d/dx (x · stop(x)) is stop(x), not 2x.
  graph.output("dx", gradients(reduceSum(mul(x, stopGradient(x)), [0]), [x])[0]!);
  const session = await createSession(graph);
  expect(await session.run({ x: Float32Array.of(3, -4) })).toEqual({
    y: Float32Array.of(3, -4),
    dx: Float32Array.of(3, -4),
  });
});
