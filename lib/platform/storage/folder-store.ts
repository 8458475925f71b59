/** Blobs as files of a folder: `ab/cdef…` under their hash, written under another name and renamed into place. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, link, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { SemblanceError } from "@/lib/errors";
import { type BlobStore, type LocalFile, type StoredBlob, sha256Pattern } from "./blob-store";
import { toStoreError } from "./folder-errors";
import { hashFile } from "./hash-file";
import { VerifyingStream } from "./verifying-stream";

export class FolderStore implements BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(bytes: Uint8Array | Readable): Promise<StoredBlob> {
    const drafts = join(this.#folder, "drafts");
    const draft = join(drafts, randomUUID());
    const hash = createHash("sha256");
    let sizeBytes = 0;
    let isPlaced = false;
    try {
      const file = await inFolder(drafts, () => open(draft, "wx", 0o600));
      try {
        for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
          hash.update(chunk);
          sizeBytes += chunk.length;
          await file.writeFile(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      const sha256 = hash.digest("hex");
      await this.#place(draft, sha256);
      isPlaced = true;
      return { sha256, sizeBytes };
    } catch (error) {
      throw toStoreError(error, this.#folder);
    } finally {
      if (!isPlaced) await rm(draft, { force: true });
    }
  }

  async putFile(path: string, options: { share?: boolean } = {}): Promise<StoredBlob> {
    if (!options.share) return this.put(createReadStream(path));
    const drafts = join(this.#folder, "drafts");
    const draft = join(drafts, randomUUID());
    try {
      await mkdir(drafts, { recursive: true, mode: 0o700 });
      await link(path, draft);
      // What is linked may be old; the sweep must not take it for a forgotten draft.
      const now = new Date();
      await utimes(draft, now, now);
    } catch {
      // Another file system, or one without hard links.
      return this.put(createReadStream(path));
    }
    try {
      const blob = { sha256: await hashFile(draft), sizeBytes: (await stat(draft)).size };
      await syncPath(draft);
      await this.#place(draft, blob.sha256);
      // A file that is shared keeps the time of its writing; the sweep goes by the time of its keeping.
      const kept = new Date();
      await utimes(this.#pathOf(blob.sha256), kept, kept);
      return blob;
    } catch (error) {
      throw toStoreError(error, this.#folder);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async read(sha256: string, options: { verify?: boolean } = {}): Promise<Readable> {
    const file = createReadStream((await this.toLocalFile(sha256)).path);
    return options.verify ? file.pipe(new VerifyingStream(file, sha256)) : file;
  }

  /** Files stay until they are deleted: there is nothing to release. */
  async toLocalFile(sha256: string): Promise<LocalFile> {
    const path = this.#pathOf(sha256);
    if (await this.has(sha256)) return { path, release: async () => {} };
    throw new SemblanceError("not_found", `The blob ${sha256} is not in the store.`, {
      remedy: "Restore the data folder from a backup, or import the file again.",
      cause: new Error(path),
    });
  }

  async has(sha256: string): Promise<boolean> {
    try {
      await access(this.#pathOf(sha256));
      return true;
    } catch {
      return false;
    }
  }

  async isWhole(sha256: string): Promise<boolean> {
    return (await this.has(sha256)) && (await hashFile(this.#pathOf(sha256))) === sha256;
  }

  async *list(): AsyncIterable<{ sha256: string; keptAt: Date }> {
    const prefixes = await readdir(this.#folder).catch(() => []);
    for (const prefix of prefixes) {
      if (prefix.length !== 2) continue;
      for (const rest of await readdir(join(this.#folder, prefix))) {
        const sha256 = prefix + rest;
        if (!sha256Pattern.test(sha256)) continue;
        const keptAt = await this.keptAt(sha256);
        // Deleted in the meantime.
        if (keptAt) yield { sha256, keptAt };
      }
    }
  }

  async keptAt(sha256: string): Promise<Date | null> {
    return stat(this.#pathOf(sha256)).then(
      ({ mtime }) => mtime,
      () => null,
    );
  }

  async delete(sha256: string): Promise<void> {
    await rm(this.#pathOf(sha256), { force: true });
  }

  async toLink(): Promise<null> {
    return null;
  }

  #pathOf(sha256: string): string {
    // The name becomes a path: anything but a hash could lead out of the folder.
    if (!sha256Pattern.test(sha256))
      throw new SemblanceError("invalid_input", "That is not a SHA-256 in lower-case hex.");
    return join(this.#folder, sha256.slice(0, 2), sha256.slice(2));
  }

  /** Renames a complete, synced file to its place and makes the name durable. */
  async #place(draft: string, sha256: string): Promise<void> {
    const path = this.#pathOf(sha256);
    await inFolder(dirname(path), () => rename(draft, path));
    // A rename survives a power cut only once its folder has been synced; Windows cannot open folders.
    if (process.platform !== "win32") await syncPath(dirname(path));
  }
}

/** Makes the folder only where it is missing: imports write a hundred thousand files into a few hundred folders. */
async function inFolder<Result>(folder: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return write();
  }
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
