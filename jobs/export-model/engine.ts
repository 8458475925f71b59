/** The engine task that writes a model's files. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { openModel } from "@/lib/diffusion/model/open-model";
import { SemblanceError } from "@/lib/errors";
import { type ModelFileFormat, type ModelFilePrecision, writeModel } from "./write-model";

export type ExportInput = {
  readonly weightsPath: string;
  /** Which set of weights, where the file holds several. */
  readonly weightsKey: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly format: ModelFileFormat;
  readonly precision: ModelFilePrecision;
  /** Is emptied first: a process before this one may have left its half. */
  readonly folder: string;
};

/** @returns the paths of what was written */
export async function run(
  { weightsPath, weightsKey, options, format, precision, folder }: ExportInput,
  _emit: (event: never) => void,
  signal: AbortSignal,
): Promise<string[]> {
  const model = await openModel(weightsPath, parseModelOptions(options), { key: weightsKey ?? undefined });
  const stoppable = {
    options: model.options,
    loadWeights(names: Iterable<string>) {
      if (signal.aborted) throw new SemblanceError("cancelled", "The export was cancelled.");
      return model.loadWeights(names);
    },
  };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return writeModel(stoppable, format === "onnx" ? folder : join(folder, "model"), format, precision);
}
