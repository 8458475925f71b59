/** Writes the safetensors format, so that the file is either complete or does not exist. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { toSemblanceError } from "@/lib/errors";
import { lengthFieldBytes, safetensorsDtypes } from "./safetensors";
import { bytesPerElement } from "./stored-dtype";
import { shapeToLength } from "./stored-tensor";
import {
  readInTurn,
  streamOf,
  type TensorStream,
  type TensorToWrite,
  tensorBytes,
  unwritableTensor,
} from "./tensor-to-write";

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
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorToWrite>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  return streamSafetensors(path, streamOf(tensors), metadata);
}

/** As writeSafetensors, with one tensor in memory at a time. Throws also what reading throws. */
export async function streamSafetensors(
  path: string,
  stream: TensorStream,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const layout = [...stream.tensors].sort(
    ([nameA, a], [nameB, b]) =>
      bytesPerElement[b.dtype] - bytesPerElement[a.dtype] || (nameA < nameB ? -1 : Number(nameA > nameB)),
  );
  if (stream.tensors.has("__metadata__")) throw unwritableTensor("__metadata__", "the name is reserved");
  const temporaryPath = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  try {
    const file = await open(temporaryPath, "wx");
    try {
      await file.writeFile(buildHeader(layout, metadata));
      const names = layout.map(([name]) => name);
      for await (const tensor of readInTurn(stream, names)) {
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

type Layout = readonly (readonly [string, Omit<TensorToWrite, "data">])[];

/** The length field and the JSON header, padded with blanks so that the tensors begin at a multiple of 8. */
function buildHeader(layout: Layout, metadata: Readonly<Record<string, string>>): Buffer {
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
