/** Opens a checkpoint of any supported format, told by its first bytes and not by its name. */
import { SemblanceError } from "@/lib/errors";
import { CheckpointFile, damagedFileError } from "./checkpoint-file";
import { readSafetensors } from "./safetensors";
import type { StoredData, StoredDataType } from "./stored-dtype";
import { readStoredTensor, readStoredTensorAsFloat32, type StoredTensor } from "./stored-tensor";
import { collectTorchWeights } from "./torch-checkpoint";
import { legacyMagic, readTorchLegacy } from "./torch-legacy";
import { readTorchZip } from "./torch-zip";

export type CheckpointFormat = "safetensors" | "torch-zip" | "torch-legacy";

export interface TensorDescription {
  readonly dtype: StoredDataType;
  readonly shape: readonly number[];
}

/** A file of named tensors, of which each is read only when asked for. Close it after use. */
export interface Checkpoint {
  readonly format: CheckpointFormat;
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  /** Plain values that the file holds beside its tensors, as text. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * One tensor, row-major, converted to float32 where it is stored otherwise.
   *
   * @throws SemblanceError missing_tensor, or invalid_file where the file ends too soon.
   */
  readFloat32(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** One tensor in its own type, row-major; float16 and bfloat16 as float32. Throws as readFloat32. */
  read(name: string): Promise<TensorDescription & { readonly data: StoredData }>;
  close(): Promise<void>;
}

/**
 * Opens torch.save files (zip format and the one before 1.6) and safetensors files. Nothing in a file is executed,
 * and memory is taken only for what is read: the header now, each tensor when asked for.
 *
 * @throws SemblanceError not_found, unsupported_file (not a checkpoint), invalid_file (damaged, or not allowed),
 * missing_tensor (no named tensors).
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const file = await CheckpointFile.open(path);
  try {
    const format = await detectFormat(file);
    const { tensors, metadata } = await readContents(file, format);
    return createCheckpoint(file, format, tensors, metadata);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readContents(file: CheckpointFile, format: CheckpointFormat) {
  switch (format) {
    case "safetensors":
      return readSafetensors(file);
    case "torch-zip":
      return collectTorchWeights(file, await readTorchZip(file));
    case "torch-legacy":
      return collectTorchWeights(file, await readTorchLegacy(file));
  }
}

function createCheckpoint(
  file: CheckpointFile,
  format: CheckpointFormat,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Checkpoint {
  const find = (name: string): StoredTensor => {
    const tensor = tensors.get(name);
    if (tensor !== undefined) return tensor;
    throw new SemblanceError("missing_tensor", `${file.name} has no tensor ${name}.`, {
      remedy: "Check that the checkpoint belongs to this kind of model.",
      details: { tensor: name },
    });
  };
  return {
    format,
    tensors,
    metadata,
    readFloat32: async (name) => readStoredTensorAsFloat32(file, find(name)),
    read: async (name) => {
      const tensor = find(name);
      return { dtype: tensor.dtype, shape: tensor.shape, data: await readStoredTensor(file, tensor) };
    },
    close: () => file.close(),
  };
}

async function detectFormat(file: CheckpointFile): Promise<CheckpointFormat> {
  if (file.sizeBytes === 0) throw damagedFileError(file.name, "it is empty.");
  const start = await file.readUpTo(64, 0);
  if (start.subarray(0, 4).equals(Buffer.from("PK\x03\x04", "latin1"))) return "torch-zip";
  if (start[0] === 0x80 && start.subarray(2, 2 + legacyMagic.length).equals(legacyMagic))
    return "torch-legacy";
  if (start[8] === 0x7b) return "safetensors";
  const text = start.toString("latin1").trimStart().toLowerCase();
  if (text.startsWith("version https://git-lfs")) {
    throw new SemblanceError("unsupported_file", `${file.name} is a Git LFS pointer, not the file itself.`, {
      remedy: "Fetch the file with: git lfs pull.",
    });
  }
  if (text.startsWith("<!doctype") || text.startsWith("<html")) {
    throw new SemblanceError("unsupported_file", `${file.name} is a web page, not a checkpoint.`, {
      remedy: "The download was probably redirected. Download the file again.",
    });
  }
  throw new SemblanceError(
    "unsupported_file",
    `${file.name} is neither a torch nor a safetensors checkpoint.`,
    {
      remedy: "Give a file that torch.save or safetensors wrote (.pt, .pth, .safetensors).",
    },
  );
}
