/** Fetches an object into a file. A connection that breaks is taken up again where it ended; the bytes are checked. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { GetObjectCommand, type GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { SemblanceError } from "@/lib/errors";
import { type Bucket, isMissing } from "./bucket";

/** Connections in a row that may break without a byte having arrived. */
const mostBreaks = 4;

type Fetched = { readonly sha256: string; readonly metadata: Readonly<Record<string, string>> };

/**
 * @param path of a file that is not there yet; half of it may be left where this throws
 * @returns the SHA-256 of what was written; null where there is no such object
 * @throws SemblanceError `unavailable`; Node's errors of the file
 */
export async function fetchObject(bucket: Bucket, key: string, path: string): Promise<Fetched | null> {
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o600);
  let received = 0;
  let breaks = 0;
  try {
    for (;;) {
      const before = received;
      const answer = await bucket.ask(() => request(bucket, key, received));
      if (answer === null) {
        await bucket.ask(() => bucket.checkBucket());
        return null;
      }
      const expected = received + (answer.ContentLength ?? 0);
      try {
        for await (const chunk of answer.Body as Readable) {
          await file.writeFile(chunk);
          hash.update(chunk);
          received += chunk.length;
        }
        if (received >= expected) {
          await file.sync();
          return { sha256: hash.digest("hex"), metadata: answer.Metadata ?? {} };
        }
      } catch (error) {
        if (isFull(error) || ++breaks > mostBreaks) throw bucket.toError(error);
      }
      if (received > before) breaks = 0;
      else if (++breaks > mostBreaks) throw bucket.toError(new Error("the object ends early"));
    }
  } finally {
    await file.close();
  }
}

async function request(bucket: Bucket, key: string, from: number): Promise<GetObjectCommandOutput | null> {
  try {
    return await bucket.client.send(
      new GetObjectCommand({
        Bucket: bucket.name,
        Key: key,
        ...(from === 0 ? {} : { Range: `bytes=${from}-` }),
      }),
    );
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT";
}

/** The SHA-256 of an object's bytes, read back. @throws SemblanceError `unavailable` */
export async function hashObject(bucket: Bucket, key: string): Promise<string> {
  for (let tries = 1; ; tries++) {
    const hash = createHash("sha256");
    try {
      const answer = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
      for await (const chunk of answer.Body as Readable) hash.update(chunk);
      return hash.digest("hex");
    } catch (error) {
      if (isMissing(error) || tries >= mostBreaks) throw bucket.toError(error);
    }
  }
}

export function toTransferError(what: string, cause?: unknown): SemblanceError {
  return new SemblanceError("invalid_file", `${what} is not in the object store as it was kept.`, {
    remedy: "Restore it from a backup of the bucket, or import the file again.",
    cause,
  });
}
