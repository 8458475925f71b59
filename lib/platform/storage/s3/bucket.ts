/** A bucket of an S3-compatible object store, and what its errors mean. */
import { HeadBucketCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ObjectStoreSettings, StorePlace } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";

/** A server that says nothing for so long is taken to be gone. */
const silenceMs = 30_000;
const connectMs = 5000;
/** Each request is tried so often, at growing intervals. */
const mostAttempts = 4;
/** A bucket that was there a moment ago is there. */
const trustedMs = 30_000;

export type Place = Extract<StorePlace, { kind: "bucket" }>;

export type Head = { readonly sizeBytes: number; readonly keptAt: Date; readonly checksum: string | null };

export class Bucket {
  readonly name: string;
  readonly prefix: string;
  readonly client: S3Client;
  readonly #where: string;
  #seenAtMs = 0;

  constructor({ bucket, prefix }: Place, { endpoint, region, keys, pathStyle }: ObjectStoreSettings) {
    this.name = bucket;
    this.prefix = prefix;
    this.#where = endpoint ?? `Amazon S3 in ${region}`;
    this.client = new S3Client({
      region,
      ...(endpoint === null ? {} : { endpoint }),
      ...(keys === null ? {} : { credentials: { accessKeyId: keys.access, secretAccessKey: keys.secret } }),
      forcePathStyle: pathStyle,
      maxAttempts: mostAttempts,
      requestHandler: { connectionTimeout: connectMs, socketTimeout: silenceMs },
      // SHA-256 is sent and compared here; not every store knows the SDK's own checksums.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    // “/bucket/” and “/bucket” are the same to Amazon; other servers sign the second only.
    this.client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { path: string };
        if (pathStyle && request.path === `/${bucket}/`) request.path = `/${bucket}`;
        return next(args);
      },
      { step: "build", name: "withoutLastSlash" },
    );
  }

  keyOf(name: string): string {
    return `${this.prefix}${name}`;
  }

  /**
   * @param request one or several requests to the bucket
   * @throws SemblanceError `unavailable` for whatever goes wrong with them, saying what
   */
  async ask<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    try {
      return await request();
    } catch (error) {
      throw this.toError(error);
    }
  }

  /** Null where there is no object of this key. */
  async head(key: string): Promise<Head | null> {
    return this.ask(async () => {
      try {
        const found = await this.client.send(
          new HeadObjectCommand({ Bucket: this.name, Key: key, ChecksumMode: "ENABLED" }),
        );
        return {
          sizeBytes: found.ContentLength ?? 0,
          keptAt: found.LastModified ?? new Date(0),
          checksum: found.ChecksumSHA256 ?? null,
        };
      } catch (error) {
        if (!isMissing(error)) throw error;
        await this.checkBucket();
        return null;
      }
    });
  }

  /** A missing bucket answers like a missing object: it is asked for by itself. @throws what the SDK throws */
  async checkBucket(): Promise<void> {
    if (Date.now() - this.#seenAtMs < trustedMs) return;
    try {
      await this.client.send(new HeadBucketCommand({ Bucket: this.name }));
    } catch (error) {
      throw isMissing(error) ? Object.assign(error as Error, { name: "NoSuchBucket" }) : error;
    }
    this.#seenAtMs = Date.now();
  }

  toError(error: unknown): unknown {
    if (error instanceof SemblanceError || isOfFiles(error)) return error;
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    const make = (text: string, remedy: string) =>
      new SemblanceError("unavailable", text, { remedy, cause: error });
    if (name === "NoSuchBucket") {
      return make(
        `There is no bucket “${this.name}” in the object store (${this.#where}).`,
        "Create it, or correct SEMBLANCE_STORE.",
      );
    }
    if (name === "CredentialsProviderError" || status === 401 || status === 403) {
      return make(
        `The object store (${this.#where}) refuses the access keys for the bucket “${this.name}”${isTelling(name) ? ` (${name})` : ""}.`,
        "Correct SEMBLANCE_S3_ACCESS_KEY and SEMBLANCE_S3_SECRET_KEY, and allow these keys to read, write, list and delete in the bucket.",
      );
    }
    if (status === undefined) {
      return make(
        `The object store (${this.#where}) cannot be reached, or ended the connection.`,
        "Check SEMBLANCE_S3_ENDPOINT and the network, and try again.",
      );
    }
    return make(
      `The object store (${this.#where}) answered ${status} ${name}: ${message}`,
      "Look into the log of the object store.",
    );
  }
}

/** Answers without a body have no name. */
function isTelling(name: string): boolean {
  return !["Unknown", "403", "401", "CredentialsProviderError"].includes(name);
}

export function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  return name !== "NoSuchBucket" && name !== "NoSuchUpload" && $metadata?.httpStatusCode === 404;
}

/** Of this machine's own files, not of the network. */
function isOfFiles(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const ofFiles = new Set(["open", "read", "write", "rename", "link", "stat", "fsync", "mkdir"]);
  return (
    code === "ENOSPC" ||
    code === "EDQUOT" ||
    (syscall !== undefined && ofFiles.has(syscall) && code !== "ECONNRESET" && code !== "EPIPE")
  );
}
