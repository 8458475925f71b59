/** What sampling with the published models takes on a graphics card; it is planned here, and not run. */
import { expect, test } from "vitest";
import { buildSamplingGraph, buildTextGraph } from "@/lib/diffusion/model/model-graphs";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import type { Graph } from "@/lib/engine/graph/graph";
import { cardTuning } from "@/lib/engine/webgpu/kernels/tiling";
import { planMemory } from "@/lib/engine/webgpu/memory-plan";
import { buildProgram, givenBytes } from "@/lib/engine/webgpu/program";

/** Everything that a session allocates: weights, inputs, and what its values share. */
function sessionBytes(graph: Graph): number {
  const program = buildProgram(graph, { mostBuffers: 10, mostRoomBytes: 24_576, tuning: cardTuning });
  const { sizesBytes } = planMemory(program);
  return [...sizesBytes, ...[...program.given].map((tensor) => givenBytes(graph, tensor, program.halves))].reduce(
    (sum, bytes) => sum + bytes,
    0,
  );
}

test("both models' sessions, the base with guidance, take less than 4 GB together", () => {
  const [base, upsampler] = [presetOptions("glide", "base"), presetOptions("glide", "upsampler")];
  const graphs = [
    buildTextGraph(base, 1)!,
    buildSamplingGraph(base, 2),
    buildTextGraph(upsampler, 1)!,
    buildSamplingGraph(upsampler, 1),
  ];
  const bytes = graphs.map(sessionBytes).reduce((sum, each) => sum + each);
  // The weights alone are 3.1 GB.
  expect(bytes).toBeGreaterThan(3.1e9);
  expect(bytes).toBeLessThan(4e9);
});
