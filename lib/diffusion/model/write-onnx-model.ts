/** A GLIDE model as ONNX files, which ONNX Runtime and other programs run without Semblance. */
import { join } from "node:path";
import { writeOnnx } from "@/lib/engine/onnx/write-onnx";
import { buildSamplingGraph, buildTextGraph } from "./model-graphs";
import type { ModelSource } from "./open-model";
import { parameterShapes } from "./parameters";
import { weightsInTurn } from "./weights-in-turn";

/**
 * Writes `text-encoder.onnx` (buildTextGraph; absent for a model without text) and `unet.onnx` (buildSamplingGraph, with
 * `timesteps` as input), each with its weights beside it, for one image and caption at a time, in float32.
 *
 * @param folder is there; has none of these files
 * @returns the paths of the files
 * @throws SemblanceError as `loadWeights`; the file system's EEXIST
 */
export async function writeOnnxModel(model: ModelSource, folder: string): Promise<string[]> {
  const { options } = model;
  const shapes = parameterShapes(options);
  const graphs = [
    ["text-encoder.onnx", buildTextGraph(options, 1)],
    ["unet.onnx", buildSamplingGraph(options, { batchSize: 1, embeds: true })],
  ] as const;
  const written: string[] = [];
  for (const [name, graph] of graphs) {
    if (graph === null) continue;
    const readWeights = (names: readonly string[]) => weightsInTurn(model, shapes, names);
    written.push(...(await writeOnnx(join(folder, name), graph, readWeights)));
  }
  return written;
}
