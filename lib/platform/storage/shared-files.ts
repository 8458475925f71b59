/**
 * Files under names, beside the blobs in the store that all machines share: what changes while it is worked on, such as the
 * state of a run.
 */

export type SharedFile = {
  /** Parts separated by "/", such as `runs/ID/states/FILE`. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly keptAt: Date;
};

/** Every implementation passes tests/lib/platform/storage/shared-files-contract.ts. */
export interface SharedFiles {
  /**
   * Keeps a local file under a name, in place of what was there. It is there whole or not at all. The local file must not be
   * written to any more, but may be deleted meanwhile.
   *
   * @throws SemblanceError `disk_full`, `unavailable`; Node's error where the local file cannot be read
   */
  put(name: string, path: string): Promise<void>;
  /**
   * Writes the file of a name to a local path whose folder exists; whole or not at all.
   *
   * @returns false where there is none of this name
   * @throws SemblanceError `disk_full`, `unavailable`, `invalid_file` where it is not what was kept
   */
  fetch(name: string, path: string): Promise<boolean>;
  /** The files whose names begin with `folder` and a "/", in no particular order. */
  list(folder: string): AsyncIterable<SharedFile>;
  /** Forgets a file; one that is not there is no error. */
  delete(name: string): Promise<void>;
}

const namePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** A name becomes a path: it must not lead out of the store. */
export function isSharedName(name: string): boolean {
  return namePattern.test(name);
}
