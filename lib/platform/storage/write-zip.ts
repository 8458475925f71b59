/** Zip files that are written piece by piece, so that no more than one of their files is in memory. */
import { open } from "node:fs/promises";
import { Zip, ZipDeflate, ZipPassThrough } from "fflate";
import { SemblanceError } from "@/lib/errors";

export type ZipEntry = {
  readonly name: string;
  /** What is made while it is written is read to its end before the next entry is asked for. */
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
  /** Whether it is stored as it is, because it is compressed already. */
  readonly isPacked: boolean;
};

/** What a zip file of the usual format can hold. */
const mostBytes = 2 ** 32 - 1;
const mostFiles = 2 ** 16 - 1;

/**
 * The same entries give the same bytes.
 *
 * @param path of a file that is not there yet
 * @param tooLarge message and remedy for more than a zip file holds
 * @param onWritten told how many bytes the file has so far: nothing of them changes any more
 * @returns its size in bytes
 * @throws SemblanceError `too_large` beyond 4 GiB or 65,535 files
 */
export async function writeZip(
  path: string,
  entries: AsyncIterable<ZipEntry>,
  tooLarge: { readonly message: string; readonly remedy: string },
  onWritten?: (bytes: number) => void,
): Promise<number> {
  const out = await open(path, "wx");
  let waiting: Uint8Array[] = [];
  let bytesWritten = 0;
  let files = 0;
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    waiting.push(chunk);
  });
  const write = async () => {
    for (const chunk of waiting) {
      await out.write(chunk);
      bytesWritten += chunk.length;
    }
    waiting = [];
    if (bytesWritten > mostBytes || files > mostFiles) {
      throw new SemblanceError("too_large", tooLarge.message, { remedy: tooLarge.remedy });
    }
    onWritten?.(bytesWritten);
  };
  try {
    for await (const { name, bytes, isPacked } of entries) {
      const entry = isPacked ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
      // The earliest time that a zip file knows.
      entry.mtime = new Date(1980, 0, 1);
      zip.add(entry);
      files++;
      if (bytes instanceof Uint8Array) entry.push(bytes, true);
      else {
        for await (const piece of bytes) {
          entry.push(piece);
          await write();
        }
        entry.push(new Uint8Array(), true);
      }
      await write();
    }
    zip.end();
    await write();
  } finally {
    await out.close();
  }
  return bytesWritten;
}
