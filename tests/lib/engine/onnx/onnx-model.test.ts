/** The written model: what it leaves out, and what each provider gets. */
import { expect, test } from "vitest";
import { Graph } from "@/lib/engine/graph/graph";
import { graphToOnnx, type OnnxModel } from "@/lib/engine/onnx/onnx-model";
import * as op from "@/lib/engine/ops";

function text({ bytes }: OnnxModel): string {
  return Buffer.from(bytes).toString("latin1");
}

test("operators outside the ONNX standard are written for the processor only", () => {
  const graph = new Graph("attention");
  const [a, b] = [graph.input("a", [2, 3, 4]), graph.input("b", [2, 3, 5])];
  graph.output("y", op.matmul(a, b, { transposeA: true, scale: 0.5 }));
  expect(text(graphToOnnx(graph, { provider: "cpu" }))).toContain("FusedMatMul");
  for (const provider of ["webgpu", "cuda"] as const) {
    const model = text(graphToOnnx(graph, { provider }));
    expect(model).not.toContain("FusedMatMul");
    expect(model).toContain("Transpose");
  }
});

test("what no output depends on is left out", () => {
  const graph = new Graph("lean");
  op.exp(graph.input("forgotten", [2]));
  graph.output("y", op.neg(graph.input("x", [2])));
  const model = text(graphToOnnx(graph, { provider: "cpu" }));
  expect(model).toContain("Neg");
  expect(model).not.toContain("Exp");
  expect(model).not.toContain("forgotten");
});

test("the same graph gives the same bytes", () => {
  const build = () => {
    const graph = new Graph("twice");
    graph.output("y", op.silu(op.reshape(graph.input("x", [2, 3]), [6])));
    return graphToOnnx(graph, { provider: "cpu" });
  };
  expect(build()).toEqual(build());
});

test("weights are outside the model, whose size is then not theirs", () => {
  const graph = new Graph("large");
  graph.output("y", op.neg(graph.parameter("weight", [1000])));
  const data = new Float32Array(1000).fill(1);
  const { bytes, weightFiles } = graphToOnnx(graph, {
    provider: "cpu",
    weights: new Map([["weight", { shape: [1000], data }]]),
  });
  expect(bytes.length).toBeLessThan(500);
  expect(weightFiles).toEqual([{ path: "weight.0", data: new Uint8Array(data.buffer) }]);
});
