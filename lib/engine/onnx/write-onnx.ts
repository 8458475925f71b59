/** Writes a graph with its weights as ONNX files, for programs other than this one. */
import { open, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Graph } from "../graph/graph";
import type { WeightSource } from "../graph/weights";
import { graphToOnnxFiles } from "./onnx-model";

/** What is added to a model's name for the file of its weights. */
const dataSuffix = ".data";

/**
 * Writes the model to `path` and its weights beside it, under the same name with `dataSuffix`: one ONNX file ends at 2 GB.
 *
 * @param path of a file that is not there yet
 * @returns the paths of both
 * @throws SemblanceError as graphToOnnxFiles; the file system's EEXIST where one of the two files is there
 */
export async function writeOnnx(path: string, graph: Graph, weights: WeightSource): Promise<string[]> {
  const dataPath = `${path}${dataSuffix}`;
  const { bytes, pieces } = graphToOnnxFiles(graph, weights, basename(dataPath));
  await writeFile(path, bytes, { flag: "wx" });
  const file = await open(dataPath, "wx");
  try {
    for (const { offset, data } of pieces) await writeWhole(file, data, offset);
  } finally {
    await file.close();
  }
  return [path, dataPath];
}

/** One call may write less than it is given. */
async function writeWhole(
  file: Awaited<ReturnType<typeof open>>,
  data: Uint8Array,
  offset: number,
): Promise<void> {
  for (let done = 0; done < data.length; ) {
    done += (await file.write(data, done, data.length - done, offset + done)).bytesWritten;
  }
}
