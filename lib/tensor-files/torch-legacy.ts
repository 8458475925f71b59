/** torch.save's format before 1.6: five pickles one after the other, then the storages, each after its length. */
import { type CheckpointFile, damagedFileError } from "./checkpoint-file";
import { PickleError } from "./pickle-reader";
import { bytesPerElement } from "./stored-dtype";
import type { StoredBlock } from "./stored-tensor";
import { type TorchPickle, unpickleTorch } from "./torch-globals";
import { largestPickleBytes, type UnpickledFile } from "./torch-zip";

/** The first pickle of the format, protocol and framing apart: this 80-bit number, little-endian. */
export const legacyMagic = Uint8Array.of(
  0x8a,
  0x0a,
  0x6c,
  0xfc,
  0x9c,
  0x46,
  0xf9,
  0x20,
  0x6a,
  0xa8,
  0x50,
  0x19,
);

const magicPickleBytes = 2 + legacyMagic.length + 1;
const supportedProtocol = 1001;

/**
 * Reads the pickles of a file that begins with the old format's magic number, and the lengths of its storages.
 *
 * @throws SemblanceError invalid_file for damaged files, unknown protocols, or a pickle that is not allowed.
 */
export async function readTorchLegacy(file: CheckpointFile): Promise<UnpickledFile> {
  const { protocol, system, main, keys, end } = await readPickles(file);
  if (protocol !== supportedProtocol) {
    throw damagedFileError(file.name, `its protocol ${String(protocol)} is not ${supportedProtocol}.`);
  }
  if (!(system instanceof Map) || system.get("little_endian") !== true) {
    throw damagedFileError(file.name, "its numbers are big-endian, which is not supported.");
  }
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === "string")) {
    throw damagedFileError(file.name, "its list of storages is malformed.");
  }
  const blocks = await locateStorages(file, keys, main, end);
  return {
    value: main.value,
    unknownNames: main.unknownNames,
    locate: (storage) => {
      const block = blocks.get(storage.key);
      if (block === undefined) throw damagedFileError(file.name, `storage ${storage.key} is missing.`);
      const itemBytes = bytesPerElement[storage.dtype];
      if (block.dtype !== storage.dtype || storage.offset + storage.length > block.length) {
        throw damagedFileError(
          file.name,
          `storage ${storage.key} should have ${storage.length} ${storage.dtype} elements, ` +
            `but has ${block.length} of ${block.dtype}.`,
        );
      }
      return {
        dtype: storage.dtype,
        position: block.position + storage.offset * itemBytes,
        length: storage.length,
      };
    },
  };
}

/** The pickles' total length is written nowhere: reads more of the file until they are complete. */
async function readPickles(file: CheckpointFile) {
  for (let length = 2 ** 18; ; length *= 8) {
    const bytes = await file.readUpTo(Math.min(length, largestPickleBytes), 0);
    const mayContinue = bytes.length < Math.min(file.sizeBytes, largestPickleBytes);
    try {
      const protocol = unpickleTorch(file.name, bytes, magicPickleBytes, { mayContinue });
      const system = unpickleTorch(file.name, bytes, protocol.end, { mayContinue });
      const main = unpickleTorch(file.name, bytes, system.end, { mayContinue });
      const keys = unpickleTorch(file.name, bytes, main.end, { mayContinue });
      return {
        protocol: protocol.value,
        system: system.value,
        main,
        keys: keys.value,
        end: keys.end,
      };
    } catch (error) {
      if (!(error instanceof PickleError)) throw error;
    }
  }
}

/** Each storage is its number of elements (int64) and then its elements; the order is that of `keys`. */
async function locateStorages(
  file: CheckpointFile,
  keys: readonly string[],
  { storageDtypes, elementBytes }: TorchPickle,
  start: number,
): Promise<Map<string, StoredBlock>> {
  const blocks = new Map<string, StoredBlock>();
  const seen = new Set<string>();
  let position = start;
  for (const key of keys) {
    const bytes = elementBytes.get(key);
    if (bytes === undefined || seen.has(key)) {
      throw damagedFileError(file.name, `its list of storages names ${key}, which no tensor uses, or twice.`);
    }
    seen.add(key);
    const header = Buffer.alloc(8);
    await file.readInto(header, position);
    const length = Number(header.readBigInt64LE());
    position += header.length;
    const end = position + length * bytes;
    if (!(length >= 0 && end <= file.sizeBytes)) {
      throw damagedFileError(
        file.name,
        `storage ${key} should have ${length} elements, but the file ends before.`,
      );
    }
    const dtype = storageDtypes.get(key);
    if (dtype !== undefined) blocks.set(key, { dtype, position, length });
    position = end;
  }
  return blocks;
}
