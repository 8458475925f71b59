/** Removes what dead processes have left behind: partial uploads and blobs, working folders, drafts of files. */
import { readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataPaths, env } from "@/lib/env";
import { db } from "@/lib/platform/database/db";
import { isDraftName } from "./folder-files";
import { isStoreInDataFolder, ownStore, sharedFiles } from "./open-store";
import type { SharedFile } from "./shared-files";

const hourMs = 3600_000;

/** Nothing is written to for so long and still in use. */
const unusedAfterMs = 24 * hourMs;

/** An interrupted download of weights is continued; after a month nobody will. */
const downloadAfterMs = 30 * unusedAfterMs;

/**
 * Folders in the system's place for temporary files carry the process that made them: `semblance-task-123-abc`; so do the names
 * by which files of the cache are held: `123-abc`.
 */
const scratchPattern = /^(?:semblance-(?:task|features)-)?(\d+)-/;

export type SweptFiles = { readonly removed: number; readonly bytes: number };

/** Which of the given subjects of jobs go on from their working folders, however long ago their jobs stopped. */
export type FindContinued = (subjectIds: readonly string[]) => Promise<readonly string[]>;

/**
 * Looks through the data folder and the system's folder for temporary files. Files that were written to lately, those of
 * living processes and those of jobs that may go on stay.
 *
 * @param now for tests
 */
export async function sweepTemporaryFiles(
  findContinued: FindContinued,
  now = Date.now(),
): Promise<SweptFiles> {
  const { blobs, cache, features, runs, weights } = dataPaths();
  const old = (afterMs: number) => now - afterMs;
  const stale = [
    ...(await listStale(join(blobs, "drafts"), () => true, old(unusedAfterMs))),
    ...(await listStale(join(cache, "drafts"), () => true, old(unusedAfterMs))),
    ...(await listStale(join(cache, "leases"), isOfDeadProcess, old(unusedAfterMs))),
    ...(await listStaleOfStore(old(unusedAfterMs))),
    ...(await listStaleBelow(features, (name) => name.endsWith(".part"), old(unusedAfterMs))),
    ...(await listStaleBelow(weights, (name) => name.endsWith(".part"), old(downloadAfterMs))),
    ...(await listEndedRuns(runs, old(unusedAfterMs), findContinued)),
    ...(await listStale(
      tmpdir(),
      (name) => name.startsWith("semblance-") && isOfDeadProcess(name),
      old(unusedAfterMs),
    )),
  ];
  let bytes = 0;
  for (const path of stale) {
    bytes += await sizeOf(path);
    await rm(path, { recursive: true, force: true });
  }
  const shared = isStoreInDataFolder() ? [] : await listEndedSharedRuns(old(unusedAfterMs), findContinued);
  for (const { name, sizeBytes } of shared) {
    bytes += sizeBytes;
    await sharedFiles().delete(name);
  }
  const abandoned = await ownStore().abandonUploads(old(unusedAfterMs));
  return { removed: stale.length + shared.length + abandoned, bytes };
}

/** Drafts in a store that is a folder of its own. */
async function listStaleOfStore(before: number): Promise<string[]> {
  if (isStoreInDataFolder()) return [];
  const { store } = env();
  if (store.kind === "bucket") return [];
  return [
    ...(await listStale(join(store.folder, "blobs", "drafts"), () => true, before)),
    ...(await listStaleBelow(join(store.folder, "runs"), isDraftName, before)),
    ...(await listStaleBelow(join(store.folder, "features"), isDraftName, before)),
  ];
}

/** States of runs that no machine goes on from. */
async function listEndedSharedRuns(before: number, findContinued: FindContinued): Promise<SharedFile[]> {
  const runs = new Map<string, SharedFile[]>();
  for await (const file of sharedFiles().list("runs")) {
    const id = file.name.split("/")[1]!;
    if (uuidPattern.test(id)) runs.set(id, [...(runs.get(id) ?? []), file]);
  }
  const old = [...runs].filter(([, files]) => files.every(({ keptAt }) => keptAt.getTime() < before));
  const needed = await findNeeded(
    old.map(([id]) => id),
    findContinued,
  );
  return old.flatMap(([id, files]) => (needed.has(id) ? [] : files));
}

/** Entries of a folder that have not been written to since `before`. */
async function listStale(
  folder: string,
  isTemporary: (name: string) => boolean,
  before: number,
): Promise<string[]> {
  const stale: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (isTemporary(name) && (await writtenAtMs(path)) < before) stale.push(path);
  }
  return stale;
}

async function listStaleBelow(
  folder: string,
  isTemporary: (name: string) => boolean,
  before: number,
): Promise<string[]> {
  const stale: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) stale.push(...(await listStaleBelow(path, isTemporary, before)));
    else if (isTemporary(entry.name) && (await writtenAtMs(path)) < before) stale.push(path);
  }
  return stale;
}

/**
 * Working folders that no job needs any more; each is named after the subject of its jobs. Whatever is not continued
 * from its folder starts over without it.
 */
async function listEndedRuns(
  folder: string,
  before: number,
  findContinued: FindContinued,
): Promise<string[]> {
  const stale = await listStale(folder, (name) => uuidPattern.test(name), before);
  const ids = stale.map((path) => path.slice(folder.length + 1));
  const needed = await findNeeded(ids, findContinued);
  return stale.filter((_, index) => !needed.has(ids[index]!));
}

/** Those of the given subjects of jobs that a job works on or may go on with. */
async function findNeeded(
  ids: readonly string[],
  findContinued: FindContinued,
): Promise<ReadonlySet<string | null>> {
  if (ids.length === 0) return new Set();
  const [continued, jobs] = await Promise.all([
    findContinued(ids),
    db.job.findMany({
      where: { subjectId: { in: [...ids] }, state: { in: ["QUEUED", "RUNNING"] } },
      select: { subjectId: true },
    }),
  ]);
  return new Set([...continued, ...jobs.map(({ subjectId }) => subjectId)]);
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isOfDeadProcess(name: string): boolean {
  const pid = scratchPattern.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // A process of another user lives as well.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

async function writtenAtMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    // Gone in the meantime.
    () => Number.POSITIVE_INFINITY,
  );
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) return info?.size ?? 0;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
