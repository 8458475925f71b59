/**
 * Copies a store to another place, checked file by file. It can be cut short and begun again: what has arrived whole is not
 * copied a second time. Nothing is removed before all of it has been found at the other place.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pMap from "p-map";
import { SemblanceError } from "@/lib/errors";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import type { SharedFile } from "./shared-files";
import type { Store } from "./store";

/** Files that are copied at a time. */
const atOnce = 4;

/** Only these are copied: features and other files beside the blobs can be made again. */
const statePattern = /^runs\/[^/]+\/states\/[^/]+$/;

export type MoveProgress = { readonly done: number; readonly total: number };

export type MoveResult = {
  /** Blobs and states of runs. */
  readonly files: number;
  /** Of these, those that were there already. */
  readonly found: number;
  /** What could not be copied, and why. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
};

/**
 * @param onProgress told after each file
 * @throws SemblanceError where a store cannot be used at all; a single file that cannot be read is in the result
 */
export async function copyStore(
  from: Store,
  to: Store,
  onProgress: (progress: MoveProgress) => void,
  signal?: AbortSignal,
): Promise<MoveResult> {
  // A place that cannot be used is named at once, whatever there is to copy.
  await to.blobs.has("0".repeat(64));
  const blobs = await listBlobs(from);
  const states = await listStates(from);
  const total = blobs.length + states.length;
  const failed: { name: string; reason: string }[] = [];
  let done = 0;
  let found = 0;
  const each = async (name: string, copy: () => Promise<"copied" | "found">) => {
    signal?.throwIfAborted();
    try {
      if ((await copy()) === "found") found++;
    } catch (error) {
      const { code, message } = toPlatformError(error);
      // Without the store or its space, no other file will do better.
      if (code === "unavailable" || code === "disk_full") throw error;
      failed.push({ name, reason: message });
    }
    onProgress({ done: ++done, total });
  };
  // All that have begun end before this does.
  let stopped: unknown;
  const copyNext = async (sha256: string) => {
    if (stopped !== undefined) return;
    await each(sha256, () => copyBlob(sha256, from, to)).catch((error) => {
      stopped ??= error;
    });
  };
  await pMap(blobs, copyNext, { concurrency: atOnce });
  if (stopped !== undefined) throw stopped;
  const folder = await mkdtemp(join(tmpdir(), "semblance-move-"));
  try {
    for (const state of states) await each(state.name, () => copyState(state, from, to, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { files: total, found, failed };
}

/**
 * Removes a store's files once every one of them has been found, whole, at another place.
 *
 * @returns how many were removed
 * @throws SemblanceError `conflict` where one is missing or damaged there; nothing has been removed then
 */
export async function removeCopied(
  from: Store,
  to: Store,
  onProgress: (progress: MoveProgress) => void,
): Promise<number> {
  const blobs = await listBlobs(from);
  const states = await listStates(from);
  const kept = new Map((await listStates(to)).map(({ name, sizeBytes }) => [name, sizeBytes]));
  const total = blobs.length + states.length;
  let done = 0;
  const check = (name: string, isThere: boolean) => {
    if (!isThere) {
      throw new SemblanceError(
        "conflict",
        `${name} is not at the other place, or not whole. Nothing was deleted.`,
        {
          remedy: "Run the command again: it copies what is missing.",
        },
      );
    }
    onProgress({ done: ++done, total });
  };
  await pMap(blobs, async (sha256) => check(`The blob ${sha256}`, await to.blobs.isWhole(sha256)), {
    concurrency: atOnce,
  });
  for (const { name, sizeBytes } of states) check(name, kept.get(name) === sizeBytes);
  await pMap(blobs, (sha256) => from.blobs.delete(sha256), { concurrency: atOnce });
  for (const { name } of states) await from.files.delete(name);
  return total;
}

async function listBlobs({ blobs }: Store): Promise<string[]> {
  const listed: string[] = [];
  for await (const { sha256 } of blobs.list()) listed.push(sha256);
  return listed.sort();
}

async function listStates({ files }: Store): Promise<SharedFile[]> {
  const listed: SharedFile[] = [];
  for await (const file of files.list("runs")) if (statePattern.test(file.name)) listed.push(file);
  return listed;
}

async function copyBlob(sha256: string, from: Store, to: Store): Promise<"copied" | "found"> {
  if (await to.blobs.isWhole(sha256)) return "found";
  if (!(await from.blobs.isWhole(sha256))) {
    throw new SemblanceError("invalid_file", "It is lost or damaged where it is.", {
      remedy: "Restore it from a backup, or import the file again.",
    });
  }
  const { path, release } = await from.blobs.toLocalFile(sha256);
  try {
    await to.blobs.putFile(path);
  } finally {
    await release();
  }
  return "copied";
}

async function copyState(
  { name, sizeBytes, keptAt }: SharedFile,
  from: Store,
  to: Store,
  folder: string,
): Promise<"copied" | "found"> {
  for await (const other of to.files.list(name.slice(0, name.lastIndexOf("/")))) {
    if (other.name === name && other.sizeBytes === sizeBytes && other.keptAt >= keptAt) return "found";
  }
  const path = join(folder, "state");
  if (await from.files.fetch(name, path)) await to.files.put(name, path);
  await rm(path, { force: true });
  return "copied";
}
