/** Blobs as objects of a bucket, `blobs/ab/cdef…` below its prefix; what is read of them is kept on this machine for a while. */
import { createHash } from "node:crypto";
import { type FileHandle, link, open, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { SemblanceError } from "@/lib/errors";
import { type BlobStore, type LocalFile, type StoredBlob, sha256Pattern } from "../blob-store";
import { toStoreError } from "../folder-errors";
import { hashOpenFile } from "../hash-file";
import type { LocalCache } from "../local-cache";
import { VerifyingStream } from "../verifying-stream";
import type { Bucket } from "./bucket";
import { fetchObject, hashObject, toTransferError } from "./download";
import type { Uploads } from "./upload";

/** Up to this size a file is sent again rather than looked for. */
const smallBytes = 2 ** 20;
/** The largest that S3 copies in one request. */
const copiedBytes = 5e9;
const linkSeconds = 300;

export class S3Store implements BlobStore {
  readonly #bucket: Bucket;
  readonly #uploads: Uploads;
  readonly #cache: LocalCache;
  readonly #givesLinks: boolean;

  /** @param givesLinks whether browsers can reach the object store */
  constructor(bucket: Bucket, uploads: Uploads, cache: LocalCache, givesLinks: boolean) {
    this.#bucket = bucket;
    this.#uploads = uploads;
    this.#cache = cache;
    this.#givesLinks = givesLinks;
  }

  async put(bytes: Uint8Array | Readable): Promise<StoredBlob> {
    const draft = await this.#cache.draft();
    try {
      const file = await open(draft, "wx+", 0o600);
      try {
        const blob = await writeDraft(file, bytes);
        await this.#send(file, blob);
        await this.#cache.add(blob.sha256, draft);
        return blob;
      } finally {
        await file.close();
      }
    } catch (error) {
      throw toStoreError(error, draft);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async putFile(path: string, options: { share?: boolean } = {}): Promise<StoredBlob> {
    const file = await open(path, "r");
    try {
      const blob = await hashOpenFile(file);
      await this.#send(file, blob);
      if (options.share) await this.#keepHere(path, blob.sha256);
      return blob;
    } catch (error) {
      throw toStoreError(error, path);
    } finally {
      await file.close();
    }
  }

  async read(sha256: string, options: { verify?: boolean } = {}): Promise<Readable> {
    const { path, release } = await this.toLocalFile(sha256);
    const file = await open(path, "r");
    // An open file stays readable.
    await release();
    const stream = file.createReadStream();
    if (!options.verify) return stream;
    const verified = stream.pipe(new VerifyingStream(stream, sha256));
    // What the disk has damaged is fetched again the next time.
    verified.on("error", () => void this.#cache.remove(sha256).catch(() => {}));
    return verified;
  }

  async toLocalFile(sha256: string): Promise<LocalFile> {
    const key = this.#keyOf(sha256);
    return this.#cache.hold(sha256, async (path) => {
      const fetched = await fetchObject(this.#bucket, key, path).catch((error) => {
        throw toStoreError(error, path);
      });
      if (fetched === null) {
        throw new SemblanceError("not_found", `The blob ${sha256} is not in the store.`, {
          remedy: "Restore it from a backup of the bucket, or import the file again.",
          cause: new Error(key),
        });
      }
      if (fetched.sha256 !== sha256) throw toTransferError(`The blob ${sha256}`);
    });
  }

  async has(sha256: string): Promise<boolean> {
    return (await this.keptAt(sha256)) !== null;
  }

  /** One that the store has no checksum of is read. */
  async isWhole(sha256: string): Promise<boolean> {
    const key = this.#keyOf(sha256);
    const head = await this.#bucket.head(key);
    if (head === null) return false;
    // That of a file in parts tells nothing of the whole.
    if (head.checksum === null || head.checksum.includes("-"))
      return (await hashObject(this.#bucket, key)) === sha256;
    return head.checksum === toChecksum(sha256);
  }

  async *list(): AsyncIterable<{ sha256: string; keptAt: Date }> {
    const prefix = this.#bucket.keyOf("blobs/");
    for await (const { key, keptAt } of listObjects(this.#bucket, prefix)) {
      const sha256 = key.slice(prefix.length).replace("/", "");
      if (sha256Pattern.test(sha256)) yield { sha256, keptAt };
    }
  }

  async keptAt(sha256: string): Promise<Date | null> {
    return (await this.#bucket.head(this.#keyOf(sha256)))?.keptAt ?? null;
  }

  async delete(sha256: string): Promise<void> {
    const { client, name } = this.#bucket;
    const Key = this.#keyOf(sha256);
    await this.#bucket.ask(() => client.send(new DeleteObjectCommand({ Bucket: name, Key })));
    await this.#cache.remove(sha256);
  }

  async toLink(sha256: string, file: { mediaType: string; name?: string }): Promise<string | null> {
    if (!this.#givesLinks) return null;
    const { client, name } = this.#bucket;
    const request = new GetObjectCommand({
      Bucket: name,
      Key: this.#keyOf(sha256),
      ResponseContentType: file.mediaType,
      ResponseContentDisposition: file.name === undefined ? "inline" : `attachment; filename="${file.name}"`,
    });
    return this.#bucket.ask(() => getSignedUrl(client, request, { expiresIn: linkSeconds }));
  }

  async #send(file: FileHandle, { sha256, sizeBytes }: StoredBlob): Promise<void> {
    const key = this.#keyOf(sha256);
    if (sizeBytes > smallBytes && (await this.#keepAgain(key, sha256, sizeBytes))) return;
    await this.#uploads.send(key, { file, sizeBytes, sha256 });
  }

  /**
   * Renews the time of an object that the store vouches for by its own checksum. One that it does not vouch for is sent
   * again: it may be damaged, and keeping it again is how that is repaired.
   */
  async #keepAgain(key: string, sha256: string, sizeBytes: number): Promise<boolean> {
    const head = await this.#bucket.head(key);
    if (head?.checksum !== toChecksum(sha256) || head.sizeBytes !== sizeBytes || sizeBytes > copiedBytes)
      return false;
    const { client, name } = this.#bucket;
    await this.#bucket.ask(() =>
      client.send(
        new CopyObjectCommand({
          Bucket: name,
          Key: key,
          CopySource: encodeURI(`${name}/${key}`),
          MetadataDirective: "REPLACE",
          Metadata: { sha256 },
        }),
      ),
    );
    return true;
  }

  /** What this machine has just made, it is likely to read. */
  async #keepHere(path: string, sha256: string): Promise<void> {
    const draft = await this.#cache.draft();
    try {
      await link(path, draft);
      await this.#cache.add(sha256, draft);
    } catch {
      // Another file system: it is fetched when it is asked for.
    } finally {
      await rm(draft, { force: true });
    }
  }

  #keyOf(sha256: string): string {
    // The name becomes a path: anything but a hash could lead out of the store.
    if (!sha256Pattern.test(sha256))
      throw new SemblanceError("invalid_input", "That is not a SHA-256 in lower-case hex.");
    return this.#bucket.keyOf(`blobs/${sha256.slice(0, 2)}/${sha256.slice(2)}`);
  }
}

/** As S3 writes it. */
function toChecksum(sha256: string): string {
  return Buffer.from(sha256, "hex").toString("base64");
}

async function writeDraft(file: FileHandle, bytes: Uint8Array | Readable): Promise<StoredBlob> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    await file.writeFile(chunk);
  }
  return { sha256: hash.digest("hex"), sizeBytes };
}

export type ListedObject = { readonly key: string; readonly sizeBytes: number; readonly keptAt: Date };

/** All objects whose keys begin with `prefix`. @throws SemblanceError `unavailable` */
export async function* listObjects(bucket: Bucket, prefix: string): AsyncIterable<ListedObject> {
  let after: string | undefined;
  do {
    const page = await bucket.ask(() =>
      bucket.client.send(
        new ListObjectsV2Command({
          Bucket: bucket.name,
          Prefix: prefix,
          ContinuationToken: after,
        }),
      ),
    );
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      if (Key !== undefined) yield { key: Key, sizeBytes: Size ?? 0, keptAt: LastModified ?? new Date(0) };
    }
    after = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (after !== undefined);
}
