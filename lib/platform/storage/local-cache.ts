/**
 * Files of a store elsewhere that this machine keeps for a while, up to a limit. Whoever uses one holds it by a second name (a
 * hard link): removing it from the cache does not take it away from them, in whatever process they are.
 */
import { randomUUID } from "node:crypto";
import { copyFile, link, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LocalFile } from "./blob-store";

/** After removing the oldest files, this much of the limit is left. */
const keptShare = 0.9;
/** How much may come in, as a share of the limit, before the folder is looked through again: other processes add files too. */
const unseenShare = 0.05;
/** A file may be removed between two looks by another process that needs room. */
const mostTries = 3;

type Entry = { readonly path: string; readonly sizeBytes: number; readonly usedAtMs: number };

export class LocalCache {
  readonly #folder: string;
  readonly #limitBytes: number;
  readonly #fetching = new Map<string, Promise<void>>();
  #unseenBytes = Number.POSITIVE_INFINITY;
  #evicting: Promise<void> | null = null;

  constructor(folder: string, limitBytes: number) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  /** A path for a new file, in a folder that exists; whoever asks removes it. */
  async draft(): Promise<string> {
    const folder = join(this.#folder, "drafts");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return join(folder, randomUUID());
  }

  /** Takes a whole file over, under its hash. */
  async add(sha256: string, draft: string): Promise<void> {
    const path = this.#pathOf(sha256);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { size } = await stat(draft);
    await rename(draft, path);
    this.#unseenBytes += size;
    if (this.#unseenBytes > this.#limitBytes * unseenShare) await this.#evict(path);
  }

  /**
   * @param fetch writes the file to the path that it is given, whole or not at all; called where it is not in the cache
   * @throws what `fetch` throws
   */
  async hold(sha256: string, fetch: (path: string) => Promise<void>): Promise<LocalFile> {
    const leases = join(this.#folder, "leases");
    await mkdir(leases, { recursive: true, mode: 0o700 });
    const path = join(leases, `${process.pid}-${randomUUID()}`);
    for (let tries = 1; ; tries++) {
      try {
        await linkOrCopy(this.#pathOf(sha256), path);
        const now = new Date();
        await utimes(path, now, now);
        return { path, release: () => rm(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries > mostTries) throw error;
      }
      await this.#fetchOnce(sha256, fetch);
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#pathOf(sha256), { force: true });
  }

  #fetchOnce(sha256: string, fetch: (path: string) => Promise<void>): Promise<void> {
    const running = this.#fetching.get(sha256);
    if (running) return running;
    const fetching = (async () => {
      const draft = await this.draft();
      try {
        await fetch(draft);
        await this.add(sha256, draft);
      } finally {
        await rm(draft, { force: true });
        this.#fetching.delete(sha256);
      }
    })();
    this.#fetching.set(sha256, fetching);
    return fetching;
  }

  #evict(newest: string): Promise<void> {
    this.#evicting ??= this.#removeOldest(newest).finally(() => {
      this.#evicting = null;
    });
    return this.#evicting;
  }

  async #removeOldest(newest: string): Promise<void> {
    this.#unseenBytes = 0;
    const entries = await this.#list();
    let total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (total <= this.#limitBytes) return;
    for (const { path, sizeBytes } of entries.sort((a, b) => a.usedAtMs - b.usedAtMs)) {
      if (total <= this.#limitBytes * keptShare) return;
      // Removing what is held would free nothing.
      if (path === newest || (await isHeld(path))) continue;
      await rm(path, { force: true });
      total -= sizeBytes;
    }
  }

  async #list(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const prefix of await readdir(this.#folder).catch(() => [])) {
      if (prefix.length !== 2) continue;
      for (const name of await readdir(join(this.#folder, prefix)).catch(() => [])) {
        const path = join(this.#folder, prefix, name);
        const info = await stat(path).catch(() => null);
        if (info) entries.push({ path, sizeBytes: info.size, usedAtMs: info.mtimeMs });
      }
    }
    return entries;
  }

  #pathOf(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256.slice(2));
  }
}

async function isHeld(path: string): Promise<boolean> {
  return stat(path).then(
    ({ nlink }) => nlink > 1,
    () => false,
  );
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  await link(source, target).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw error;
    await copyFile(source, target);
  });
}
