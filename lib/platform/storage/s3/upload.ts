/**
 * Puts a file into a bucket: small ones in one request, large ones in parts. An upload that was cut short is taken up again where
 * it ended, by anyone on this machine who keeps the same file under the same key. What arrived is compared with what was sent.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, type open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import pMap from "p-map";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import type { Bucket } from "./bucket";
import { hashObject } from "./download";

/** Larger files go in parts of this size: 10,000 of them, the most that S3 takes, are 160 GB. */
const usualPartBytes = 16 * 2 ** 20;
const partsAtOnce = 3;

export type FileToUpload = {
  readonly file: Awaited<ReturnType<typeof open>>;
  readonly sizeBytes: number;
  /** In hex. */
  readonly sha256: string;
};

const journal = z.object({
  key: z.string(),
  uploadId: z.string(),
  parts: z.array(z.object({ number: z.number(), etag: z.string(), sha256: z.string() })),
});
type Journal = z.infer<typeof journal>;

const base64 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");

export class Uploads {
  readonly #bucket: Bucket;
  readonly #folder: string;
  readonly #partBytes: number;

  /** @param folder where unfinished uploads are noted */
  constructor(bucket: Bucket, folder: string, partBytes = usualPartBytes) {
    this.#bucket = bucket;
    this.#folder = folder;
    this.#partBytes = partBytes;
  }

  /**
   * @throws SemblanceError `unavailable`, and where the store holds other bytes than were sent; nothing is in the bucket under
   *   the key then that was not there before
   */
  async send(key: string, source: FileToUpload): Promise<void> {
    await this.#bucket.ask(async () => {
      const checksum =
        source.sizeBytes <= this.#partBytes
          ? await this.#sendWhole(key, source)
          : await this.#sendParts(key, source);
      await this.#verify(key, source, checksum);
    });
  }

  /** @returns the checksum that the store has, where it keeps one */
  async #sendWhole(key: string, { file, sizeBytes, sha256 }: FileToUpload): Promise<string> {
    const bytes = await readPart(file, 0, sizeBytes);
    const checksum = Buffer.from(sha256, "hex").toString("base64");
    await this.#bucket.client.send(
      new PutObjectCommand({
        Bucket: this.#bucket.name,
        Key: key,
        Body: bytes,
        ContentLength: sizeBytes,
        ChecksumSHA256: checksum,
        Metadata: { sha256 },
      }),
    );
    return checksum;
  }

  async #sendParts(key: string, source: FileToUpload): Promise<string> {
    const path = join(
      this.#folder,
      `${createHash("sha256").update(`${key} ${source.sha256}`).digest("hex")}.json`,
    );
    const begun = await readJournal(path, key);
    try {
      return await this.#continue(path, begun ?? (await this.#begin(path, key, source)), source);
    } catch (error) {
      // One that the store no longer knows, or has completed: once more from the beginning.
      if (begun === null || !isAnswer(error)) throw error;
      await rm(path, { force: true });
      return this.#continue(path, await this.#begin(path, key, source), source);
    }
  }

  async #begin(path: string, key: string, { sha256 }: FileToUpload): Promise<Journal> {
    const { UploadId } = await this.#bucket.client.send(
      new CreateMultipartUploadCommand({
        Bucket: this.#bucket.name,
        Key: key,
        ChecksumAlgorithm: "SHA256",
        Metadata: { sha256 },
      }),
    );
    const begun = { key, uploadId: UploadId!, parts: [] };
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeJournal(path, begun);
    return begun;
  }

  async #continue(
    path: string,
    { key, uploadId, parts: sent }: Journal,
    source: FileToUpload,
  ): Promise<string> {
    const { client, name: Bucket } = this.#bucket;
    const partBytes = this.#partBytes;
    const parts = new Map(sent.map((part) => [part.number, part]));
    const numbers = Array.from({ length: Math.ceil(source.sizeBytes / partBytes) }, (_, index) => index + 1);
    let noting: Promise<void> = Promise.resolve();
    const note = () => {
      noting = noting.then(() => writeJournal(path, { key, uploadId, parts: [...parts.values()] }));
      return noting;
    };
    // All that have begun end before this does: what they send is noted, and nothing goes on behind anybody's back.
    let failure: unknown;
    const sendPart = async (number: number) => {
      const start = (number - 1) * partBytes;
      const bytes = await readPart(source.file, start, Math.min(partBytes, source.sizeBytes - start));
      const sha256 = base64(bytes);
      const { ETag } = await client.send(
        new UploadPartCommand({
          Bucket,
          Key: key,
          UploadId: uploadId,
          PartNumber: number,
          Body: bytes,
          ContentLength: bytes.length,
          ChecksumSHA256: sha256,
        }),
      );
      parts.set(number, { number, etag: ETag!, sha256 });
      await note();
    };
    await pMap(
      numbers.filter((number) => !parts.has(number)),
      async (number) => {
        if (failure !== undefined) return;
        await sendPart(number).catch((error) => {
          failure ??= error;
        });
      },
      { concurrency: partsAtOnce },
    );
    if (failure !== undefined) throw failure;
    const sorted = numbers.map((number) => parts.get(number)!);
    await client.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: {
          Parts: sorted.map(({ number, etag, sha256 }) => ({
            PartNumber: number,
            ETag: etag,
            ChecksumSHA256: sha256,
          })),
        },
      }),
    );
    await rm(path, { force: true });
    // S3 keeps the checksum of the parts' checksums, and how many there were.
    return `${base64(Buffer.concat(sorted.map(({ sha256 }) => Buffer.from(sha256, "base64"))))}-${sorted.length}`;
  }

  /** By the store's own checksum where it keeps one; otherwise the bytes are read back. */
  async #verify(key: string, { sizeBytes, sha256 }: FileToUpload, checksum: string): Promise<void> {
    const head = await this.#bucket.head(key);
    const isAsSent =
      head !== null &&
      head.sizeBytes === sizeBytes &&
      (head.checksum === checksum ||
        (head.checksum === null && (await hashObject(this.#bucket, key)) === sha256));
    if (isAsSent) return;
    await this.#bucket.client.send(new DeleteObjectCommand({ Bucket: this.#bucket.name, Key: key }));
    throw new SemblanceError(
      "unavailable",
      "The object store does not hold the bytes that were sent; they were removed.",
      {
        remedy: "Try again. If it happens again, check the object store and the network to it.",
        details: { key },
      },
    );
  }

  /** Gives up uploads that were noted before a time, in ms, and that nobody has taken up again. @returns how many */
  async abandonBefore(beforeMs: number): Promise<number> {
    let abandoned = 0;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const written = await stat(path).catch(() => null);
      if (written === null || written.mtimeMs >= beforeMs) continue;
      await this.#abandon(path);
      abandoned++;
    }
    return abandoned;
  }

  async #abandon(path: string): Promise<void> {
    const begun = await readJournal(path, null);
    await rm(path, { force: true });
    if (begun === null) return;
    const { key: Key, uploadId: UploadId } = begun;
    await this.#bucket.client
      .send(new AbortMultipartUploadCommand({ Bucket: this.#bucket.name, Key, UploadId }))
      // The store knows it no longer, or lets it expire by itself.
      .catch(() => {});
  }
}

async function readPart(file: FileToUpload["file"], start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, start + done);
    if (bytesRead === 0) throw new SemblanceError("conflict", "The file was cut short while it was read.");
    done += bytesRead;
  }
  return bytes;
}

/** Null where there is none, or half of one after a power cut. */
async function readJournal(path: string, key: string | null): Promise<Journal | null> {
  try {
    const found = journal.parse(JSON.parse(await readFile(path, "utf8")));
    return key === null || found.key === key ? found : null;
  } catch {
    return null;
  }
}

async function writeJournal(path: string, begun: Journal): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(begun), { mode: 0o600 });
  await rename(draft, path);
}

/** The store answered, so the network is not what failed. */
function isAnswer(error: unknown): boolean {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined;
}
