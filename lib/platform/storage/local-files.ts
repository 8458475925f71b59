/** Files of blobs that are used together and released together. */
import pMap from "p-map";
import { SemblanceError } from "@/lib/errors";
import type { LocalFile } from "./blob-store";
import { blobStore } from "./open-store";

/** Files that are fetched at a time where the store is elsewhere. */
const atOnce = 8;

export class LocalFiles {
  readonly #held: LocalFile[] = [];

  /** @throws SemblanceError as BlobStore.toLocalFile */
  async pathOf(sha256: string): Promise<string> {
    const file = await blobStore().toLocalFile(sha256);
    this.#held.push(file);
    return file.path;
  }

  /**
   * The file of an image. Of one that the store has lost, a path at which there is none: anyone who reads it leaves that
   * image out by its name, as any other that cannot be read, and goes on with the rest.
   */
  async imagePathOf(sha256: string): Promise<string> {
    try {
      return await this.pathOf(sha256);
    } catch (error) {
      const isLost =
        error instanceof SemblanceError && (error.code === "not_found" || error.code === "invalid_file");
      if (!isLost) throw error;
      return `/missing/${sha256}`;
    }
  }

  /** The files of many images, in their order; see `imagePathOf`. */
  async imagePathsOf(sha256s: readonly string[]): Promise<string[]> {
    return pMap(sha256s, (sha256) => this.imagePathOf(sha256), { concurrency: atOnce });
  }

  /** None of the paths may be used from here on. */
  async release(): Promise<void> {
    for (const file of this.#held.splice(0)) await file.release();
  }
}
