/** What sampling with the published models takes on a graphics card; it is planned here, and not run. */
import { expect, test } from "vitest";
import { buildSamplingGraph, buildTextGraph } from "@/lib/diffusion/model/model-graphs";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import type { Graph } from "@/lib/engine/graph/graph";
import type { Storage } from "@/lib/engine/webgpu/half-storage";
import { cardTuning } from "@/lib/engine/webgpu/kernels/tiling";
import { planMemory } from "@/lib/engine/webgpu/memory-plan";
import { buildProgram, givenBytes } from "@/lib/engine/webgpu/program";

/** Everything that a session allocates: weights, inputs, and what its values share. */
function sessionBytes(graph: Graph, storage: Storage): number {
  const target = { mostBuffers: 10, mostRoomBytes: 24_576, tuning: cardTuning };
  const program = buildProgram(graph, target, storage);
  const { sizesBytes } = planMemory(program);
  return [
    ...sizesBytes,
    ...[...program.given].map((tensor) => givenBytes(graph, tensor, program.halves)),
  ].reduce((sum, bytes) => sum + bytes, 0);
}

test("both models' sessions, the base with guidance, take less than 4 GB together, and half of it in half precision", () => {
  const [base, upsampler] = [presetOptions("glide", "base"), presetOptions("glide", "upsampler")];
  const graphs = [
    buildTextGraph(base, 1)!,
    buildSamplingGraph(base, { batchSize: 1, guided: true }),
    buildTextGraph(upsampler, 1)!,
    buildSamplingGraph(upsampler, { batchSize: 1 }),
  ];
  const bytesIn = (storage: Storage) =>
    graphs.map((graph) => sessionBytes(graph, storage)).reduce((sum, each) => sum + each);
  const bytes = bytesIn("float32");
  // The weights alone are 3.1 GB.
  expect(bytes).toBeGreaterThan(3.1e9);
  expect(bytes).toBeLessThan(4e9);
  expect(bytesIn("half-with-weights")).toBeLessThan(2.1e9);
});
