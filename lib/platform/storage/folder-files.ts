/** Shared files as files of a folder, under their names. */
import { randomUUID } from "node:crypto";
import { copyFile, link, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { toStoreError } from "./folder-errors";
import { isSharedName, type SharedFile, type SharedFiles } from "./shared-files";

/** Begins the names of files that are not whole yet. */
const draftPrefix = ".draft-";

export function isDraftName(fileName: string): boolean {
  return fileName.startsWith(draftPrefix);
}

export class FolderFiles implements SharedFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  async put(name: string, path: string): Promise<void> {
    const target = this.#pathOf(name);
    // A file that lies where it is to be kept, is kept.
    if (resolve(path) === target) return void (await stat(path));
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await this.#place(path, target);
    const now = new Date();
    await utimes(target, now, now);
  }

  async fetch(name: string, path: string): Promise<boolean> {
    const source = this.#pathOf(name);
    try {
      await (resolve(path) === source ? stat(source) : this.#place(source, path));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    }
  }

  async *list(folder: string): AsyncIterable<SharedFile> {
    const entries = await readdir(this.#pathOf(folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const name = `${folder}/${entry.name}`;
      if (!isSharedName(name)) continue;
      if (entry.isDirectory()) yield* this.list(name);
      const info = entry.isFile() ? await stat(this.#pathOf(name)).catch(() => null) : null;
      if (info) yield { name, sizeBytes: info.size, keptAt: info.mtime };
    }
  }

  async delete(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  #pathOf(name: string): string {
    if (!isSharedName(name)) throw new SemblanceError("invalid_input", `“${name}” is no name of a file.`);
    return join(this.#folder, name);
  }

  /** The same file under a second name where the file system has that, otherwise a copy. */
  async #place(source: string, target: string): Promise<void> {
    const draft = join(dirname(target), `${draftPrefix}${randomUUID()}`);
    try {
      await link(source, draft).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") throw error;
        await copyFile(source, draft);
        const file = await open(draft, "r+");
        await file.sync().finally(() => file.close());
      });
      await rename(draft, target);
    } catch (error) {
      throw toStoreError(error, this.#folder);
    } finally {
      await rm(draft, { force: true });
    }
  }
}
