/** Opens a checkpoint of any supported format, recognised by its first bytes, not by its name. */
import { SemblanceError } from "@/lib/errors";
import { CheckpointFile, damagedFileError, printable } from "./checkpoint-file";
import { countNonFinite } from "./non-finite";
import { readSafetensors } from "./safetensors";
import type { StoredData, StoredDataType } from "./stored-dtype";
import { readStoredTensor, readStoredTensorAsFloat32, type StoredTensor } from "./stored-tensor";
import { inOrderOfPreference, locateTensors, type TensorGroup } from "./tensor-groups";
import { collectTorchTensors } from "./torch-checkpoint";
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
  /** Plain values in the file besides its tensors, as text. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * One tensor, row-major, converted to float32 where it is stored otherwise.
   *
   * @throws SemblanceError missing_tensor, or invalid_file where the file ends too soon.
   */
  readFloat32(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** One tensor in its own type, row-major; float16 and bfloat16 as float32. Throws as readFloat32. */
  read(name: string): Promise<TensorDescription & { readonly data: StoredData }>;
  /** How many of a tensor's values are NaN or infinite; read piece by piece. Throws as readFloat32. */
  countNonFinite(name: string): Promise<number>;
  close(): Promise<void>;
}

/** A file of tensors before it is decided which of them are meant. Close it, or the checkpoint made of it, after use. */
export interface TensorFile {
  /** Base name, for messages. */
  readonly name: string;
  readonly format: CheckpointFormat;
  readonly groups: readonly TensorGroup[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Classes and functions that the file names and nothing here knows; none of them was run. */
  readonly unknownNames: ReadonlySet<string>;
  /**
   * @param tensors those that the checkpoint shall have, by the names that it shall give them.
   * @throws SemblanceError invalid_file for views out of bounds and tensors that are not there.
   */
  toCheckpoint(tensors: TensorGroup["tensors"]): Checkpoint;
  close(): Promise<void>;
}

/**
 * Opens torch.save files (zip format and the one before 1.6) and safetensors files. Nothing in a file is executed,
 * and memory is taken only for what is read: the header now, each tensor when asked for.
 *
 * @throws SemblanceError not_found, unsupported_file (not a checkpoint), invalid_file (damaged), missing_tensor (no
 * named tensors).
 */
export async function openTensorFile(path: string): Promise<TensorFile> {
  const file = await CheckpointFile.open(path);
  try {
    const format = await detectFormat(file);
    const { groups, metadata, unknownNames } = await readContents(file, format);
    if (!groups.some(({ tensors }) => tensors.size > 0)) throw noTensors(file.name, groups, unknownNames);
    return {
      name: file.name,
      format,
      groups,
      metadata,
      unknownNames,
      toCheckpoint: (tensors) => createCheckpoint(file, format, locateTensors(file, tensors), metadata),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Opens a file as the group of tensors that is taken for its weights (see inOrderOfPreference).
 *
 * @throws SemblanceError as openTensorFile; invalid_file for views out of bounds and tensors that are not there.
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const file = await openTensorFile(path);
  try {
    const [best] = inOrderOfPreference(
      file.groups
        .filter(({ tensors }) => tensors.size > 0)
        .map((group) => ({ path: group.path, size: group.tensors.size, group })),
    );
    return file.toCheckpoint(best!.group.tensors);
  } catch (error) {
    await file.close();
    throw error;
  }
}

const knownNames: ReadonlySet<string> = new Set();

async function readContents(file: CheckpointFile, format: CheckpointFormat) {
  if (format === "safetensors") {
    const { group, metadata } = await readSafetensors(file);
    return { groups: [group], metadata, unknownNames: knownNames };
  }
  const unpickled = format === "torch-zip" ? await readTorchZip(file) : await readTorchLegacy(file);
  return { ...collectTorchTensors(file, unpickled), unknownNames: unpickled.unknownNames };
}

/** Names that a message lists. */
const namesShown = 5;

function noTensors(
  fileName: string,
  groups: readonly TensorGroup[],
  unknownNames: ReadonlySet<string>,
): SemblanceError {
  const [unread] = groups.flatMap((group) => [...group.unread]);
  const unknown = [...unknownNames].slice(0, namesShown).join(", ");
  let what = "contains no named tensors.";
  if (unread) what = `contains no readable tensors: ${unread[0]} has the element type ${unread[1]}.`;
  else if (unknown)
    what = `contains no named tensors, but objects of ${unknown}, which are not supported. None of their code was run.`;
  return new SemblanceError("missing_tensor", `${fileName} ${printable(what)}`, {
    remedy: "Save a state dict: torch.save(model.state_dict(), path).",
    details: { unknown: [...unknownNames] },
  });
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
      remedy: "Check that the checkpoint is for this kind of model.",
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
    countNonFinite: async (name) => countNonFinite(file, find(name)),
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
      remedy: "Use a file written by torch.save or safetensors (.pt, .pth, .safetensors).",
    },
  );
}
