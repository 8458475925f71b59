/** The SHA-256 of a file, read as a stream: weights are larger than a buffer should be. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** @returns 64 hexadecimal digits; rejects with Node's error where the file cannot be read */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest("hex");
}
