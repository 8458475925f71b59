/** Removes what dead processes have left behind: partial uploads and blobs, working folders, drafts of files. */
import { readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataPaths } from "@/lib/env";
import { db } from "@/lib/platform/database/db";

const hourMs = 3600_000;

/** Nothing is written to for so long and still in use. */
const unusedAfterMs = 24 * hourMs;

/** An interrupted download of weights is continued; after a month nobody will. */
const downloadAfterMs = 30 * unusedAfterMs;

/** Folders in the system's place for temporary files carry the process that made them: `semblance-task-123-abc`. */
const scratchPattern = /^semblance-(?:task|features)-(\d+)-/;

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
  const { blobs, features, runs, weights } = dataPaths();
  const old = (afterMs: number) => now - afterMs;
  const stale = [
    ...(await listStale(join(blobs, "drafts"), () => true, old(unusedAfterMs))),
    ...(await listStaleBelow(features, (name) => name.endsWith(".part"), old(unusedAfterMs))),
    ...(await listStaleBelow(weights, (name) => name.endsWith(".part"), old(downloadAfterMs))),
    ...(await listEndedRuns(runs, old(unusedAfterMs), findContinued)),
    ...(await listStale(tmpdir(), isOfDeadProcess, old(unusedAfterMs))),
  ];
  let bytes = 0;
  for (const path of stale) {
    bytes += await sizeOf(path);
    await rm(path, { recursive: true, force: true });
  }
  return { removed: stale.length, bytes };
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
  if (stale.length === 0) return [];
  const ids = stale.map((path) => path.slice(folder.length + 1));
  const [continued, jobs] = await Promise.all([
    findContinued(ids),
    db.job.findMany({
      where: { subjectId: { in: ids }, state: { in: ["QUEUED", "RUNNING"] } },
      select: { subjectId: true },
    }),
  ]);
  const needed = new Set([...continued, ...jobs.map(({ subjectId }) => subjectId)]);
  return stale.filter((_, index) => !needed.has(ids[index]!));
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
