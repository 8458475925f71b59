/** Writes a model as files that other programs read; never more than a few of its tensors are in memory. */
import { modelTensors } from "@/lib/diffusion/model/model-tensors";
import { type ModelSource, OPTIONS_METADATA_KEY } from "@/lib/diffusion/model/open-model";
import { writeOnnxModel } from "@/lib/diffusion/model/write-onnx-model";
import { writeZip } from "@/lib/platform/storage/write-zip";
import { torchEntries } from "@/lib/tensor-files/torch-entries";
import { streamSafetensors } from "@/lib/tensor-files/write-safetensors";

export type ModelFileFormat = "pt" | "safetensors" | "onnx";
export type ModelFilePrecision = "float32" | "float16";

/**
 * @param path of a file that is not there; for ONNX of a folder that is, and has no such files
 * @param precision ONNX has float32 alone
 * @returns the paths of what was written
 * @throws SemblanceError as modelTensors; `too_large` for a torch file beyond 4 GiB; the file system's EEXIST
 */
export async function writeModel(
  model: ModelSource,
  path: string,
  format: ModelFileFormat,
  precision: ModelFilePrecision,
): Promise<string[]> {
  if (format === "onnx") return writeOnnxModel(model, path);
  const tensors = await modelTensors(model, precision);
  if (format === "safetensors") {
    await streamSafetensors(path, tensors, { [OPTIONS_METADATA_KEY]: JSON.stringify(model.options) });
  } else {
    await writeZip(path, torchEntries(tensors), {
      message: "The model does not fit into a file for torch, which ends at 4 GiB here.",
      remedy: "Export it as safetensors, or in half precision.",
    });
  }
  return [path];
}
