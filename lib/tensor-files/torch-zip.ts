/** torch.save's zip format (since 1.6): one pickle, and each storage as a separate uncompressed entry. */
import { type Entry, fromFdPromise } from "yauzl";
import { SemblanceError } from "@/lib/errors";
import { type CheckpointFile, damagedFileError } from "./checkpoint-file";
import type { PickleValue } from "./pickle-values";
import { bytesPerElement } from "./stored-dtype";
import type { StoredBlock } from "./stored-tensor";
import { type TorchStorage, unpickleTorch } from "./torch-globals";

/** An unpickled file and the way from its storages to bytes. */
export interface UnpickledFile {
  readonly value: PickleValue;
  /** See TorchPickle. */
  readonly unknownNames: ReadonlySet<string>;
  locate(storage: TorchStorage): StoredBlock;
}

/** Far above any model's (GLIDE's upsampler has 800), and low enough that a hostile directory cannot fill memory. */
const mostEntries = 100_000;

/** Largest pickle, in bytes; GLIDE's is 0.1 MB. */
export const largestPickleBytes = 16 * 2 ** 20;

const stored = 0;

/**
 * Reads the directory and the pickle of a file that begins with a zip signature; no tensor is read.
 *
 * @throws SemblanceError invalid_file for a damaged directory, compressed entries or a pickle that is not allowed.
 */
export async function readTorchZip(file: CheckpointFile): Promise<UnpickledFile> {
  const { entries, dataStart } = await readDirectory(file);
  const pickleNames = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const pickleName = pickleNames[0];
  if (pickleName === undefined || pickleNames.length > 1) {
    throw new SemblanceError(
      "invalid_file",
      `${file.name} is a zip file, but not one that torch.save wrote.`,
      {
        remedy: "Give a checkpoint (.pt or .safetensors). If it was packed into a zip file, unpack it first.",
      },
    );
  }
  const prefix = pickleName.slice(0, -"data.pkl".length);
  if (entries.has(`${prefix}constants.pkl`)) {
    throw new SemblanceError(
      "invalid_file",
      `${file.name} is a TorchScript program, not a file of weights.`,
      {
        remedy: "Load it with torch.jit.load and save its weights: torch.save(model.state_dict(), path).",
      },
    );
  }
  const byteOrder = entries.get(`${prefix}byteorder`);
  if (byteOrder !== undefined) {
    const bytes = await file.readUpTo(Math.min(byteOrder.uncompressedSize, 16), await dataStart(byteOrder));
    if (bytes.toString("latin1") !== "little") {
      throw damagedFileError(file.name, "its numbers are big-endian, which is not supported.");
    }
  }
  const pickle = entries.get(pickleName) as Entry;
  if (pickle.uncompressedSize > largestPickleBytes) {
    throw damagedFileError(file.name, `its pickled part has ${pickle.uncompressedSize} bytes.`);
  }
  const bytes = await file.readUpTo(pickle.uncompressedSize, await dataStart(pickle));
  const { value, unknownNames } = unpickleTorch(file.name, bytes, 0);

  const positions = new Map<string, number>();
  for (const [name, entry] of entries) {
    if (name.startsWith(`${prefix}data/`)) positions.set(name, await dataStart(entry));
  }
  return {
    value,
    unknownNames,
    locate: (storage) => {
      const name = `${prefix}data/${storage.key}`;
      const entry = entries.get(name);
      const position = positions.get(name);
      if (entry === undefined || position === undefined) {
        throw damagedFileError(file.name, `storage ${storage.key} is missing.`);
      }
      const itemBytes = bytesPerElement[storage.dtype];
      if ((storage.offset + storage.length) * itemBytes > entry.uncompressedSize) {
        throw damagedFileError(
          file.name,
          `storage ${storage.key} should have ${storage.length} elements, but has ${entry.uncompressedSize} bytes.`,
        );
      }
      return {
        dtype: storage.dtype,
        position: position + storage.offset * itemBytes,
        length: storage.length,
      };
    },
  };
}

/** All entries by name, and a function that finds where an entry's bytes begin. */
async function readDirectory(file: CheckpointFile) {
  try {
    // The names are only compared with expected ones, so yauzl's checks for dangerous paths do no harm.
    const zip = await fromFdPromise(file.handle.fd, { autoClose: false, lazyEntries: true });
    if (zip.entryCount > mostEntries) throw new Error(`its directory lists ${zip.entryCount} entries`);
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw new Error(`it has two entries ${entry.fileName}`);
      if (entry.compressionMethod !== stored || entry.isEncrypted()) {
        throw new Error(`entry ${entry.fileName} is compressed or encrypted`);
      }
      entries.set(entry.fileName, entry);
    }
    const dataStart = async (entry: Entry) => {
      try {
        return (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
      } catch (error) {
        throw damagedFileError(file.name, `its entry ${entry.fileName} cannot be found.`, error);
      }
    };
    return { entries, dataStart };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.$/, "") : "unknown";
    throw damagedFileError(file.name, `its zip directory cannot be read: ${reason}.`, error);
  }
}
