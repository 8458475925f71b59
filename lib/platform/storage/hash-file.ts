/** The SHA-256 of a file, read as a stream: weights are larger than a buffer should be. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** @returns 64 hexadecimal digits; rejects with Node's error where the file cannot be read */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest("hex");
}

/** As hashFile, of a file that stays open for what follows, even where it is removed meanwhile; with its size in bytes. */
export async function hashOpenFile(file: FileHandle): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const options = { start: 0, autoClose: false, highWaterMark: 2 ** 20 };
  for await (const chunk of file.createReadStream(options)) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest("hex"), sizeBytes };
}
