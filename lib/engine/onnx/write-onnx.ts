/** Writes a graph with its weights as ONNX files, for programs other than this one. */
import { open, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Graph } from "../graph/graph";
import { findWeight, type Weight } from "../graph/weights";
import { toBytes } from "./model-emitter";
import { graphToOnnxFiles } from "./onnx-model";

/** What is added to a model's name for the file of its weights. */
const dataSuffix = ".data";

/**
 * Writes the model to `path` and its weights beside it, under the same name with `dataSuffix`: one ONNX file ends at 2 GB.
 *
 * @param path of a file that is not there yet
 * @param readWeights gives the named weights one after the other, in the order in which they are named
 * @returns the paths of both
 * @throws SemblanceError `missing_tensor` or `shape_mismatch` if the weights do not cover the parameters; the file
 *   system's EEXIST where one of the two files is there
 */
export async function writeOnnx(
  path: string,
  graph: Graph,
  readWeights: (names: readonly string[]) => AsyncIterable<readonly [string, Weight]>,
): Promise<string[]> {
  const dataPath = `${path}${dataSuffix}`;
  const { bytes, places } = graphToOnnxFiles(graph, basename(dataPath));
  await writeFile(path, bytes, { flag: "wx" });
  const file = await open(dataPath, "wx");
  try {
    let index = 0;
    for await (const weight of readWeights(places.map(({ parameter }) => parameter.name))) {
      const { parameter, offset } = places[index++]!;
      await writeWhole(file, toBytes(findWeight(new Map([weight]), parameter).data), offset);
    }
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
