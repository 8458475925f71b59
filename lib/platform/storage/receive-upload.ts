/** Takes an uploaded file into the blob store as it arrives, without holding it in memory. */
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { SemblanceError } from "@/lib/errors";
import type { StoredBlob } from "./blob-store";
import { blobStore } from "./store-blob";

/** Largest upload by what it is for, in bytes: a photograph or its captions, many of them in one file, a model's weights, a table of ratings. */
export const uploadLimitsBytes = { dataset: 100e6, archive: 8e9, checkpoint: 8e9, ratings: 200e6 } as const;

export type UploadPurpose = keyof typeof uploadLimitsBytes;

/**
 * Keeps the bytes but makes no row for them: what they are is found out by the import or registration that follows,
 * and until then no page shows them.
 *
 * @throws SemblanceError `too_large`, `invalid_file` when nothing or too little arrived, `disk_full`
 */
export async function receiveUpload(
  body: globalThis.ReadableStream<Uint8Array> | null,
  purpose: UploadPurpose,
  announcedBytes: number | null,
): Promise<StoredBlob> {
  const limitBytes = uploadLimitsBytes[purpose];
  if (announcedBytes !== null && announcedBytes > limitBytes) throw tooLarge(limitBytes);
  if (!body)
    throw new SemblanceError("invalid_file", "The file is empty.", { remedy: "Choose another file." });

  const stored = await blobStore().put(Readable.from(limited(body, limitBytes)));
  if (announcedBytes !== null && stored.sizeBytes !== announcedBytes) throw cutShort();
  if (stored.sizeBytes === 0) {
    throw new SemblanceError("invalid_file", "The file is empty.", { remedy: "Choose another file." });
  }
  return stored;
}

/** The body's chunks, up to the limit. */
async function* limited(
  body: globalThis.ReadableStream<Uint8Array>,
  limitBytes: number,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of body as ReadableStream<Uint8Array>) {
      received += chunk.length;
      if (received > limitBytes) throw tooLarge(limitBytes);
      yield chunk;
    }
  } catch (error) {
    // The browser went away, or its connection did.
    throw error instanceof SemblanceError ? error : cutShort(error);
  }
}

function tooLarge(limitBytes: number): SemblanceError {
  const limit = limitBytes >= 1e9 ? `${limitBytes / 1e9} GB` : `${limitBytes / 1e6} MB`;
  return new SemblanceError("too_large", `The file is larger than ${limit}, the upload limit.`, {
    remedy: "Put it on the server and give its path there instead.",
  });
}

function cutShort(cause?: unknown): SemblanceError {
  return new SemblanceError("invalid_file", "The upload was interrupted.", {
    remedy: "Send the file again.",
    cause,
  });
}
