/** A store as a whole: blobs, and files under names. */
import type { BlobStore } from "./blob-store";
import type { SharedFiles } from "./shared-files";

export type Store = {
  readonly blobs: BlobStore;
  readonly files: SharedFiles;
  /** Gives up uploads that were noted before a time, in ms, and that nobody has taken up again. @returns how many */
  abandonUploads(beforeMs: number): Promise<number>;
};
