/** Writes zip files of over 4 GB as sparse files: the entries' bytes that are not given are holes in the file. */
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

export interface SparseEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Size of the entry, at least bytes.length; the rest reads as zeros. */
  readonly size: number;
  /** Default: 0, which PyTorch does not look at. */
  readonly crc32?: number;
}

const zip64Extra = 0x0001;

/** Fields of 2, 4 and 8 bytes, little-endian. */
function fields(...parts: readonly (readonly [2 | 4 | 8, number])[]): Buffer {
  return Buffer.concat(
    parts.map(([size, value]) => {
      const field = Buffer.alloc(8);
      field.writeBigUInt64LE(BigInt(value));
      return field.subarray(0, size);
    }),
  );
}

/** Stored entries, sizes and positions all in zip64 fields (PKWARE's APPNOTE, sections 4.3.7 to 4.3.16). */
export function writeSparseZip64(path: string, entries: readonly SparseEntry[]): void {
  const file = openSync(path, "w");
  let position = 0;
  const append = (bytes: Uint8Array) => {
    writeSync(file, bytes, 0, bytes.length, position);
    position += bytes.length;
  };
  const directory: Buffer[] = [];
  for (const { name, bytes, size, crc32 = 0 } of entries) {
    const header = position;
    const encoded = Buffer.from(name);
    const common = [
      [2, 45],
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, crc32],
      [4, 0xffffffff],
      [4, 0xffffffff],
    ] as const;
    append(fields([4, 0x04034b50], ...common, [2, encoded.length], [2, 20]));
    append(encoded);
    append(fields([2, zip64Extra], [2, 16], [8, size], [8, size]));
    append(bytes);
    position += size - bytes.length;
    directory.push(
      fields(
        [4, 0x02014b50],
        [2, 45],
        ...common,
        [2, encoded.length],
        [2, 28],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, 0],
      ),
      fields([4, 0xffffffff]),
      encoded,
      fields([2, zip64Extra], [2, 24], [8, size], [8, size], [8, header]),
    );
  }
  const directoryStart = position;
  append(Buffer.concat(directory));
  const directorySize = position - directoryStart;
  const end = position;
  const count = entries.length;
  append(fields([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count]));
  append(fields([8, directorySize], [8, directoryStart]));
  append(fields([4, 0x07064b50], [4, 0], [8, end], [4, 1]));
  append(
    fields(
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, 0xffff],
      [2, 0xffff],
      [4, 0xffffffff],
      [4, 0xffffffff],
      [2, 0],
    ),
  );
  ftruncateSync(file, position);
  closeSync(file);
}
