/** The interface of blob stores. A blob is named by the SHA-256 of its bytes, in lower-case hex. */
import type { Readable } from "node:stream";

export type StoredBlob = { sha256: string; sizeBytes: number };

/** Every implementation passes tests/lib/platform/storage/blob-store-contract.ts. */
export interface BlobStore {
  /**
   * Keeps the bytes. A blob is there whole or not at all, and once this resolves it survives a crash. Keeping the
   * same bytes again changes nothing.
   *
   * @throws SemblanceError `disk_full`
   */
  put(bytes: Uint8Array | Readable): Promise<StoredBlob>;
  /**
   * As `put`, from a file. With `share` the store may hold the very file instead of a copy: the caller must not write
   * to it any more, but may delete it.
   */
  putFile(path: string, options?: { share?: boolean }): Promise<StoredBlob>;
  /**
   * The bytes. With `verify` the stream ends in a SemblanceError `invalid_file` where they are not
   * what was kept.
   *
   * @throws SemblanceError `not_found`
   */
  read(sha256: string, options?: { verify?: boolean }): Promise<Readable>;
  /**
   * A file on this machine with the blob's bytes, for readers that need to jump about in it. It must not be changed.
   *
   * @throws SemblanceError `not_found`
   */
  toLocalFile(sha256: string): Promise<string>;
  has(sha256: string): Promise<boolean>;
  /** All blobs in no particular order, with the time when they were last kept. */
  list(): AsyncIterable<{ sha256: string; keptAt: Date }>;
  /** When a blob was last kept; null where it is not there. */
  keptAt(sha256: string): Promise<Date | null>;
  /** Forgets a blob; one that is not there is no error. */
  delete(sha256: string): Promise<void>;
}

export const sha256Pattern = /^[0-9a-f]{64}$/;
