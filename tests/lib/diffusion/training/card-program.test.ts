/** What a training step of the full base becomes on a graphics card; it is planned here, and not run. */
import { expect, test } from "vitest";
import { buildTrainingModel } from "@/lib/diffusion/model/model-graphs";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { noiseLoss } from "@/lib/diffusion/training/diffusion-loss";
import { gradients } from "@/lib/engine/autodiff";
import { cardTuning } from "@/lib/engine/webgpu/kernels/tiling";
import { planMemory } from "@/lib/engine/webgpu/memory-plan";
import { buildProgram } from "@/lib/engine/webgpu/program";

test("a step of the full base has at most 3,200 dispatches and takes 2 GB besides the weights", () => {
  const { graph, output } = buildTrainingModel(presetOptions("glide", "base"), {
    batchSize: 1,
    dropoutRate: 0,
  });
  const loss = noiseLoss(output);
  const parameters = [...graph.parameters.values()];
  graph.output("loss", loss);
  for (const [index, gradient] of gradients(loss, parameters).entries()) {
    graph.output(`d ${parameters[index]!.name}`, gradient);
  }
  const program = buildProgram(graph, { mostBuffers: 10, tuning: cardTuning });
  const { sizesBytes } = planMemory(program);
  expect(program.dispatches.length).toBeLessThanOrEqual(3200);
  // Gradients of 385 million weights are 1.54 GB of it.
  expect(sizesBytes.reduce((sum, bytes) => sum + bytes)).toBeLessThan(2e9);
});
