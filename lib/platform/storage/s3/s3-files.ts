/** Shared files as objects of a bucket, under their names below its prefix. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { SemblanceError } from "@/lib/errors";
import { toStoreError } from "../folder-errors";
import { hashOpenFile } from "../hash-file";
import { isSharedName, type SharedFile, type SharedFiles } from "../shared-files";
import type { Bucket } from "./bucket";
import { fetchObject, toTransferError } from "./download";
import { listObjects } from "./s3-store";
import type { Uploads } from "./upload";

export class S3Files implements SharedFiles {
  readonly #bucket: Bucket;
  readonly #uploads: Uploads;

  constructor(bucket: Bucket, uploads: Uploads) {
    this.#bucket = bucket;
    this.#uploads = uploads;
  }

  async put(name: string, path: string): Promise<void> {
    const key = this.#keyOf(name);
    // Open from here on: the file may be removed while it is sent.
    const file = await open(path, "r");
    try {
      await this.#uploads.send(key, { file, ...(await hashOpenFile(file)) });
    } finally {
      await file.close();
    }
  }

  async fetch(name: string, path: string): Promise<boolean> {
    const draft = join(dirname(path), `.draft-${randomUUID()}`);
    try {
      const fetched = await fetchObject(this.#bucket, this.#keyOf(name), draft);
      if (fetched === null) return false;
      const expected = fetched.metadata.sha256;
      if (expected !== undefined && expected !== fetched.sha256) throw toTransferError(basename(name));
      await rename(draft, path);
      return true;
    } catch (error) {
      throw toStoreError(error, path);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async *list(folder: string): AsyncIterable<SharedFile> {
    const prefix = this.#keyOf(folder);
    for await (const { key, ...rest } of listObjects(this.#bucket, `${prefix}/`)) {
      yield { name: folder + key.slice(prefix.length), ...rest };
    }
  }

  async delete(name: string): Promise<void> {
    const { client, name: Bucket } = this.#bucket;
    const Key = this.#keyOf(name);
    await this.#bucket.ask(() => client.send(new DeleteObjectCommand({ Bucket, Key })));
  }

  #keyOf(name: string): string {
    if (!isSharedName(name)) throw new SemblanceError("invalid_input", `“${name}” is no name of a file.`);
    return this.#bucket.keyOf(name);
  }
}
