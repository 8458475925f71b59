/** Makes the renditions of images for pages, in a worker. */
import pMap from "p-map";
import type { SemblanceError } from "@/lib/errors";
import { isImageFault } from "@/lib/images/image-fault";
import { type RenditionKind, readBareKind, readBlindKind, screenSidesPx } from "@/lib/images/rendition-kind";
import type { ScreenImage, ScreenImages } from "@/lib/images/screen-image";
import { db } from "@/lib/platform/database/db";
import { retryDeadlock } from "@/lib/platform/database/retry-deadlock";
import { imagesAtOnce, type NamedBytes, workOnImage } from "@/lib/platform/image-process/image-worker";
import { readBlob, storeBlob } from "@/lib/platform/storage/store-blob";

/** A worker that has died holds what it was making for so long. */
const claimSeconds = 180;
/** An image that cannot be rendered is tried again after so long, if a page asks for it: the file may be restored. */
const faultSeconds = 60;

type MadeRendition = { readonly kind: string; readonly blobSha256: string };

type Claimed = { readonly sourceSha256: string; readonly kinds: string[] };

/**
 * Makes all that are to be made: first what pages wait for, then what images that came in lately, or before an update,
 * still lack. Workers share the work.
 *
 * @returns how many images were looked at
 */
export async function makePendingRenditions(signal: AbortSignal): Promise<number> {
  let looked = 0;
  while (!signal.aborted) {
    const claimed = await claim();
    if (claimed.length === 0) return looked;
    await pMap(claimed, makeAndRecord, { concurrency: imagesAtOnce });
    looked += claimed.length;
  }
  return looked;
}

/** Renders and keeps what the dashboard shows of an image. */
async function makeScreenRenditions(sha256: string, image: NamedBytes): Promise<MadeRendition[]> {
  const { whole, bySidePx } = await workOnImage(image, "screen", { sidesPx: screenSidesPx });
  const keep = async (rendered: ScreenImages["whole"], otherwise: string) => {
    if (rendered === null) return otherwise;
    const { bytes, ...description } = rendered;
    return (await storeBlob(bytes, { ...description, isRendered: true })).sha256;
  };
  const wholeSha256 = await keep(whole, sha256);
  const smaller = await Promise.all(
    [...bySidePx].map(async ([sidePx, rendered]) => ({
      kind: `side-${sidePx}`,
      blobSha256: await keep(rendered, wholeSha256),
    })),
  );
  return [{ kind: "whole" satisfies RenditionKind, blobSha256: wholeSha256 }, ...smaller];
}

/** An image's kinds go together, so two workers that begin with different kinds of it may wait for each other. */
function claim(): Promise<Claimed[]> {
  return retryDeadlock(
    () => db.$queryRaw<Claimed[]>`
    WITH next AS (
      SELECT DISTINCT "sourceSha256" FROM (
        SELECT "sourceSha256" FROM "Rendition"
        WHERE "blobSha256" IS NULL AND fault IS NULL AND ("claimedUntil" IS NULL OR "claimedUntil" < now())
        ORDER BY "wantedAt" DESC NULLS LAST LIMIT ${4 * imagesAtOnce}
        FOR UPDATE SKIP LOCKED) pending
      LIMIT ${2 * imagesAtOnce}
    ), claimed AS (
      UPDATE "Rendition" r SET "claimedUntil" = now() + make_interval(secs => ${claimSeconds})
      FROM next WHERE r."sourceSha256" = next."sourceSha256" AND r."blobSha256" IS NULL AND r.fault IS NULL
        AND (r."claimedUntil" IS NULL OR r."claimedUntil" < now())
      RETURNING r."sourceSha256", r.kind
    )
    SELECT "sourceSha256", array_agg(kind) AS kinds FROM claimed GROUP BY 1`,
  );
}

async function makeAndRecord({ sourceSha256, kinds }: Claimed): Promise<void> {
  try {
    const made = await make(sourceSha256, kinds);
    await db.$transaction(
      made.map(({ kind, blobSha256 }) =>
        db.rendition.updateMany({ where: { sourceSha256, kind }, data: { blobSha256, fault: null } }),
      ),
    );
  } catch (error) {
    const where = { sourceSha256, kind: { in: kinds } };
    if (!isImageFault(error)) {
      await db.rendition.updateMany({ where, data: { claimedUntil: null } });
      throw error;
    }
    await db.rendition.updateMany({
      where,
      data: { fault: describeFault(error), claimedUntil: new Date(Date.now() + faultSeconds * 1000) },
    });
  }
}

async function make(sourceSha256: string, kinds: readonly string[]): Promise<MadeRendition[]> {
  const image = { bytes: await readBlob(sourceSha256), name: "The image" };
  const made: MadeRendition[] = [];
  if (kinds.some((kind) => readBlindKind(kind) === null && readBareKind(kind) === null))
    made.push(...(await makeScreenRenditions(sourceSha256, image)));
  for (const kind of kinds) {
    const rendered = await renderOfKind(image, kind);
    if (rendered === null) continue;
    const { bytes, ...description } = rendered;
    const { sha256 } = await storeBlob(bytes, { ...description, isRendered: true });
    made.push({ kind, blobSha256: sha256 });
  }
  return made;
}

/** Null for kinds that are made together. */
async function renderOfKind(image: NamedBytes, kind: string): Promise<ScreenImage | null> {
  const blind = readBlindKind(kind);
  if (blind !== null) {
    const { png, ...size } = await workOnImage(image, "blind", blind);
    return { bytes: png, mediaType: "image/png", ...size };
  }
  const sidePx = readBareKind(kind);
  return sidePx === null ? null : workOnImage(image, "bare", { sidePx });
}

function describeFault({ code, message }: SemblanceError): string {
  return code === "not_found" ? "The image is missing from the data folder." : message;
}
