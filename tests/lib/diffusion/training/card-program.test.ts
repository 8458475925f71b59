/** What a training step of the full base becomes on a graphics card; it is planned here, and not run. */
import { expect, test } from "vitest";
import { buildTrainingModel } from "@/lib/diffusion/model/model-graphs";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { noiseLoss } from "@/lib/diffusion/training/diffusion-loss";
import { gradients } from "@/lib/engine/autodiff";
import { elementCount } from "@/lib/engine/graph/tensor-type";
import { layOut, readWhileWriting } from "@/lib/engine/webgpu/flat-layout";
import { squaredNorm } from "@/lib/engine/webgpu/kernels/squared-norm";
import { cardTuning } from "@/lib/engine/webgpu/kernels/tiling";
import { planMemory } from "@/lib/engine/webgpu/memory-plan";
import { buildProgram } from "@/lib/engine/webgpu/program";

const target = { mostBuffers: 10, mostRoomBytes: 24_576, tuning: cardTuning };

test("a step of the full base has at most 1,960 dispatches, its update among them, and takes less than 9 GB, its activations much less in half precision", () => {
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
  const program = buildProgram(graph, target);
  const learned = parameters.map(({ name }) => program.outputs.get(`d ${name}`)!);
  const { lengths } = layOut(
    parameters.map(({ shape }) => elementCount(shape)),
    2 ** 31 - 4,
    readWhileWriting(program.dispatches, learned),
  );
  const update = squaredNorm(lengths).calls.length + lengths.length;
  expect(update).toBeLessThanOrEqual(12);
  expect(program.dispatches.length + update).toBeLessThanOrEqual(1960);

  // Weights, gradients, two moments and the average.
  const flatBytes = 5 * 4 * lengths.reduce((sum, length) => sum + length);
  const { sizesBytes } = planMemory(program, new Set(learned));
  const activationBytes = sizesBytes.reduce((sum, bytes) => sum + bytes);
  expect(flatBytes + activationBytes).toBeLessThan(9e9);

  const half = buildProgram(graph, target, "half");
  const halfBytes = planMemory(half, new Set(learned)).sizesBytes.reduce((sum, bytes) => sum + bytes);
  expect(halfBytes).toBeLessThan(0.75 * activationBytes);
  expect(half.dispatches.length + update).toBeLessThanOrEqual(1960);
});
