/** The interface of blob stores. A blob is named by the SHA-256 of its bytes, in lower-case hex. */
import type { Readable } from "node:stream";

export type StoredBlob = { sha256: string; sizeBytes: number };

/** A file that stays where it is until it is released. */
export type LocalFile = { readonly path: string; release(): Promise<void> };

/** Every implementation passes tests/lib/platform/storage/blob-store-contract.ts. */
export interface BlobStore {
  /**
   * Keeps the bytes. A blob is there whole or not at all, and once this resolves it survives a crash. Keeping the
   * same bytes again changes nothing.
   *
   * @throws SemblanceError `disk_full`, and of a store elsewhere `unavailable`
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
   * A file on this machine with the blob's bytes, for readers that need to jump about in it. It must not be changed, and is to
   * be released; see LocalFiles for many.
   *
   * @throws SemblanceError `not_found`, and of a store elsewhere `unavailable`, `invalid_file`, `disk_full`
   */
  toLocalFile(sha256: string): Promise<LocalFile>;
  has(sha256: string): Promise<boolean>;
  /** Whether the store itself, not a copy of this machine, has the blob as it was kept. */
  isWhole(sha256: string): Promise<boolean>;
  /** All blobs in no particular order, with the time when they were last kept. */
  list(): AsyncIterable<{ sha256: string; keptAt: Date }>;
  /** When a blob was last kept; null where it is not there. */
  keptAt(sha256: string): Promise<Date | null>;
  /** Forgets a blob; one that is not there is no error. */
  delete(sha256: string): Promise<void>;
  /**
   * An address under which a browser gets the blob from the store itself, for a few minutes. It tells the hash: never for
   * anyone who must not know which images are the same.
   *
   * @returns null where the store gives none
   */
  toLink(
    sha256: string,
    file: { readonly mediaType: string; readonly name?: string },
  ): Promise<string | null>;
}

export const sha256Pattern = /^[0-9a-f]{64}$/;
