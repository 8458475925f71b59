/** Finds the rendition of an image for a page. If it does not exist yet, workers make it before all others. */
import { setTimeout as delay } from "node:timers/promises";
import { SemblanceError } from "@/lib/errors";
import type { RenditionKind } from "@/lib/images/rendition-kind";
import { db, type Transaction } from "@/lib/platform/database/db";
import { sha256Pattern } from "@/lib/platform/storage/blob-store";
import { readBlob } from "@/lib/platform/storage/store-blob";

export type ReadRendition = { readonly bytes: Buffer; readonly mediaType: string };

const lookEveryMs = 150;

/** @throws SemblanceError as `findRendition`, and where its file is lost or damaged */
export async function readRendition(
  sha256: string,
  kind: RenditionKind,
  wait: { waitMs: number; signal?: AbortSignal },
): Promise<ReadRendition> {
  const found = await findRendition(sha256, kind, wait);
  return { bytes: await readBlob(found.sha256), mediaType: found.mediaType };
}

/**
 * @param waitMs how long it may take workers to make it
 * @throws SemblanceError `not_found` for anything that is not registered as an image, `invalid_file` for an image that
 *   cannot be decoded, `unavailable` while it is being made
 */
export async function findRendition(
  sha256: string,
  kind: RenditionKind,
  { waitMs, signal }: { waitMs: number; signal?: AbortSignal },
): Promise<{ readonly sha256: string; readonly mediaType: string }> {
  if (!sha256Pattern.test(sha256)) throw noImage();
  const end = performance.now() + waitMs;
  for (;;) {
    const found = await find(sha256, kind);
    if (found.blobSha256 !== null) {
      const blob = await db.blob.findUnique({ where: { sha256: found.blobSha256 } });
      if (!blob) throw noImage();
      return blob;
    }
    if (found.fault !== null) throw new SemblanceError("invalid_file", found.fault);
    if (performance.now() >= end || signal?.aborted) {
      throw new SemblanceError("unavailable", "The image is being prepared.", {
        remedy: "Try again in a moment. If it does not come, check that a worker is running.",
        details: { retryAfterSeconds: 1 },
      });
    }
    await delay(lookEveryMs);
  }
}

/** Asks workers for renditions that a page is about to show, of images that are registered. */
export async function wantRenditions(
  sha256s: readonly string[],
  kind: RenditionKind,
  transaction: Transaction = db,
): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO "Rendition" ("sourceSha256", "kind", "wantedAt")
    SELECT sha256, ${kind}, now() FROM "Blob" WHERE sha256 = ANY(${[...sha256s]}::text[]) AND "mediaType" LIKE 'image/%'
    ON CONFLICT ("sourceSha256", "kind") DO UPDATE SET "wantedAt" = now(), fault = NULL
    WHERE "Rendition"."blobSha256" IS NULL AND CASE WHEN "Rendition".fault IS NULL
      THEN "Rendition"."wantedAt" IS NULL ELSE "Rendition"."claimedUntil" < now() END`;
}

async function find(sha256: string, kind: RenditionKind) {
  const where = { sourceSha256_kind: { sourceSha256: sha256, kind } };
  const found = await db.rendition.findUnique({ where });
  if (found?.blobSha256) return found;
  await wantRenditions([sha256], kind);
  const wanted = await db.rendition.findUnique({ where });
  if (!wanted) throw noImage();
  return wanted;
}

function noImage(): SemblanceError {
  return new SemblanceError("not_found", "There is no such image.");
}
