/** Models whose weights exceed the 2 GB that one ONNX file may hold: the weights lie in a second file. */
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionProvider } from "./execution-provider";
import type { Graph } from "./graph";
import { type ExternalSpan, graphToOnnx, type WeightSource } from "./onnx-model";

/** ONNX Runtime maps the file into memory; weights that begin on a page need not be copied. */
const alignmentBytes = 4096;

export type ExternalModel = {
  readonly path: string;
  /** Deletes the files; a session that was made from them runs on. */
  remove(): Promise<void>;
};

/** Writes model and weights into a new temporary folder. */
export async function writeExternalModel(
  graph: Graph,
  provider: ExecutionProvider,
  weights: WeightSource,
): Promise<ExternalModel> {
  const folder = await mkdtemp(join(tmpdir(), "semblance-model-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const fileName = "weights.bin";
    const spans = await writeWeights(join(folder, fileName), weights);
    const path = join(folder, "model.onnx");
    await writeFile(path, graphToOnnx(graph, { provider, weights, external: { fileName, spans } }));
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function writeWeights(path: string, weights: WeightSource): Promise<ReadonlyMap<string, ExternalSpan>> {
  const spans = new Map<string, ExternalSpan>();
  const file = await open(path, "wx");
  try {
    let offset = 0;
    for (const [name, { data }] of weights) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      for (let written = 0; written < bytes.length; ) {
        written += (await file.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
      }
      spans.set(name, { offset, length: bytes.length });
      offset = Math.ceil((offset + bytes.length) / alignmentBytes) * alignmentBytes;
    }
  } finally {
    await file.close();
  }
  return spans;
}
