/** Collects feature vectors one by one: few in memory, many in a temporary file. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Features } from "./features";

/** 8192 vectors of 2048 values. More go to disk, so that memory does not grow with the number of images. */
const MOST_BYTES_IN_MEMORY = 64 * 2 ** 20;
/** Vectors that are written together. */
const WRITTEN_AT_ONCE = 256;

export class FeatureStore {
  readonly #dims: number;
  readonly #pending: Float32Array;
  /** Null while everything fits into `#pending`. */
  readonly #file: number | null;
  #pendingCount = 0;
  #written = 0;

  /**
   * @param capacity largest number of vectors
   * @param dims values per vector
   * @throws what the file system throws; ENOSPC where the temporary folder is full, here or when appending
   */
  constructor(capacity: number, dims: number, mostBytes = MOST_BYTES_IN_MEMORY) {
    this.#dims = dims;
    const isLarge = capacity * dims * Float32Array.BYTES_PER_ELEMENT > mostBytes;
    this.#file = isLarge ? openUnnamedFile() : null;
    this.#pending = new Float32Array((isLarge ? WRITTEN_AT_ONCE : capacity) * dims);
  }

  append(vector: Float32Array): void {
    this.#pending.set(vector, this.#pendingCount * this.#dims);
    this.#pendingCount++;
    if (this.#file !== null && this.#pendingCount === WRITTEN_AT_ONCE) this.#write(this.#file);
  }

  /** What has been appended. Of a set in a file, `rows` reads a part and `values` all of it, again at every call. */
  finish(): Features {
    const dims = this.#dims;
    const file = this.#file;
    if (file === null) {
      const count = this.#pendingCount;
      return { count, dims, values: this.#pending.subarray(0, count * dims) };
    }
    this.#write(file);
    const count = this.#written;
    const rows = (start: number, end: number) => readRows(file, dims, start, end);
    return {
      count,
      dims,
      rows,
      get values() {
        return rows(0, count);
      },
    };
  }

  /** Frees the file; features in it can no longer be read. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }

  #write(file: number): void {
    const bytes = new Uint8Array(this.#pending.buffer, 0, this.#pendingCount * this.#dims * 4);
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    this.#written += this.#pendingCount;
    this.#pendingCount = 0;
  }
}

/** An unlinked file: it disappears with the process, however that ends. */
function openUnnamedFile(): number {
  const folder = mkdtempSync(join(tmpdir(), `semblance-features-${process.pid}-`));
  try {
    return openSync(join(folder, "vectors.f32"), "w+", 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readRows(file: number, dims: number, start: number, end: number): Float32Array {
  const values = new Float32Array((end - start) * dims);
  const bytes = new Uint8Array(values.buffer);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, bytes.length - done, start * dims * 4 + done);
    if (read === 0) throw new Error("the temporary file of features is shorter than what was written to it");
    done += read;
  }
  return values;
}
