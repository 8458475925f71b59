/** Writes the safetensors format, so that the file is either complete or does not exist. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { lengthFieldBytes, safetensorsDtypes } from "./safetensors";
import { allocateStoredData, bytesPerElement } from "./stored-dtype";
import { shapeToLength } from "./stored-tensor";
import { type TensorToWrite, tensorBytes } from "./tensor-to-write";

const dtypeNames = new Map([...safetensorsDtypes].map(([name, dtype]) => [dtype, name]));

/**
 * Writes named tensors and text metadata. The same input gives the same bytes, whatever the order of the map:
 * tensors are laid out by element size, largest first (so that each is aligned), then by name.
 *
 * The file is written under a temporary name in the same folder, flushed to disk and renamed; a crash or a full disk
 * leaves the earlier file as it was.
 *
 * @throws SemblanceError invalid_input for data that does not fit its shape or type, disk_full.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorToWrite>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const layout = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      bytesPerElement[b.dtype] - bytesPerElement[a.dtype] || (nameA < nameB ? -1 : Number(nameA > nameB)),
  );
  for (const [name, tensor] of layout) checkTensor(name, tensor);
  const temporaryPath = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  try {
    const file = await open(temporaryPath, "wx");
    try {
      await file.writeFile(buildHeader(layout, metadata));
      for (const [, tensor] of layout) {
        for (const bytes of tensorBytes(tensor)) await file.writeFile(bytes);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporaryPath, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw toSemblanceError(error);
  }
}

function checkTensor(name: string, { dtype, shape, data }: TensorToWrite): void {
  const fail = (what: string) =>
    new SemblanceError("invalid_input", `Tensor ${name} cannot be written: ${what}.`, {
      remedy: "Give each tensor data of its own type, as long as its shape says.",
      details: { tensor: name },
    });
  if (name === "__metadata__") throw fail("the name is reserved");
  if (data.constructor !== allocateStoredData(dtype, 0).constructor) {
    throw fail(`${dtype} is not stored in a ${data.constructor.name}`);
  }
  if (data.length !== shapeToLength(shape)) {
    throw fail(`its shape [${shape.join(", ")}] does not have ${data.length} elements`);
  }
}

/** The length field and the JSON header, padded with blanks so that the tensors begin at a multiple of 8. */
function buildHeader(
  layout: readonly (readonly [string, TensorToWrite])[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [["__metadata__", metadata]] : [];
  let position = 0;
  for (const [name, { dtype, shape }] of layout) {
    const end = position + shapeToLength(shape) * bytesPerElement[dtype];
    entries.push([name, { dtype: dtypeNames.get(dtype), shape, data_offsets: [position, end] }]);
    position = end;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Math.ceil(json.length / 8) * 8;
  const header = Buffer.alloc(lengthFieldBytes + padded, " ");
  header.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(header, lengthFieldBytes);
  return header;
}

/** Makes the new name itself durable. Windows cannot open folders; there the rename is durable by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
