/** Zip files that are written piece by piece, so that no more than one of their files is in memory. */
import { once } from "node:events";
import { open } from "node:fs/promises";
import { crc32, createDeflateRaw } from "node:zlib";
import { type AsyncFlateStreamHandler, Zip, type ZipInputFile, ZipPassThrough } from "fflate";
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

/** A file that is written in smaller pieces takes as long to write as to compress. */
const bytesAtOnce = 2 ** 16;

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
  let waitingBytes = 0;
  let bytesWritten = 0;
  let files = 0;
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    waiting.push(chunk);
    waitingBytes += chunk.length;
  });
  const write = async () => {
    const taken = Buffer.concat(waiting);
    // More may come while these are written.
    waiting = [];
    waitingBytes = 0;
    if (taken.length > 0) await out.write(taken);
    bytesWritten += taken.length;
    if (bytesWritten > mostBytes || files > mostFiles) {
      throw new SemblanceError("too_large", tooLarge.message, { remedy: tooLarge.remedy });
    }
    onWritten?.(bytesWritten);
  };
  try {
    for await (const { name, bytes, isPacked } of entries) {
      files++;
      const entry = isPacked ? new PackedEntry(name) : new DeflatedEntry(name);
      zip.add(entry);
      for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
        await entry.take(piece);
        if (waitingBytes >= bytesAtOnce) await write();
      }
      await entry.end();
      await write();
    }
    zip.end();
    await write();
  } finally {
    await out.close();
  }
  return bytesWritten;
}

/** The earliest time that a zip file knows. */
const earliest = new Date(1980, 0, 1);

class PackedEntry extends ZipPassThrough {
  override mtime = earliest;

  async take(bytes: Uint8Array): Promise<void> {
    this.push(bytes);
  }

  async end(): Promise<void> {
    this.push(new Uint8Array(), true);
  }
}

const compression = { level: 6, chunkSize: 2 ** 16 };

/** Compressed by zlib beside this thread, while the next piece is made; fflate's own code takes three times as long. */
class DeflatedEntry implements ZipInputFile {
  readonly filename: string;
  readonly compression = 8;
  readonly mtime = earliest;
  crc = 0;
  size = 0;
  /** Set by the zip file that it is added to. */
  ondata: AsyncFlateStreamHandler = () => {};
  readonly #deflate = createDeflateRaw(compression);
  #taken: Promise<unknown> = Promise.resolve();

  constructor(filename: string) {
    this.filename = filename;
    this.#deflate.on("data", (bytes: Uint8Array<ArrayBuffer>) => this.ondata(null, bytes, false));
  }

  async take(bytes: Uint8Array): Promise<void> {
    this.crc = crc32(bytes, this.crc);
    this.size += bytes.length;
    // One piece after the other: those that wait in the stream would be begun only when nobody makes any more.
    await this.#taken;
    this.#taken = new Promise((resolve) => this.#deflate.write(bytes, resolve));
  }

  async end(): Promise<void> {
    const ended = once(this.#deflate, "end");
    this.#deflate.end();
    await ended;
    this.ondata(null, new Uint8Array(), true);
  }
}
