/**
 * What an unfinished import has looked at, kept in the database: a worker that takes over goes on from there, and the dataset
 * gets its images all at once, without a process that holds them.
 */
import { screenKinds } from "@/lib/images/rendition-kind";
import { db, type Transaction } from "@/lib/platform/database/db";
import type { StoredBlob } from "@/lib/platform/storage/blob-store";
import { type ImportRemark, importReport } from "./import-report";
import type { ReadCaption } from "./pair-captions";
import type { ReadImage } from "./read-image";

/** One image of the source. */
export type StagedImage = {
  /** Among all images of the source, from 0. */
  readonly position: number;
  /** Its path within the source. */
  readonly path: string;
  readonly stem: string;
  /** Null where it is not imported; its remarks say why. */
  readonly image: (Pick<ReadImage, "mediaType" | "widthPx" | "heightPx"> & StoredBlob) | null;
  readonly captions: readonly ReadCaption[];
  readonly remarks: readonly ImportRemark[];
};

export type StagedSummary = {
  readonly path: string;
  readonly stem: string;
  /** Null where it is not imported. */
  readonly sha256: string | null;
  readonly remarks: readonly ImportRemark[];
};

/**
 * What is there of an import that was broken off, in its order. Where the source now has other images, nothing is: the import
 * starts over.
 *
 * @param paths of all images of the source, in its order
 */
export async function resumeStaged(datasetId: string, paths: readonly string[]): Promise<StagedSummary[]> {
  const rows = await db.stagedImage.findMany({
    where: { datasetId },
    orderBy: { position: "asc" },
    select: { position: true, path: true, stem: true, blobSha256: true, remarks: true },
  });
  if (rows.every(({ position, path }, index) => position === index && path === paths[index])) {
    return rows.map(({ path, stem, blobSha256, remarks }) => ({
      path,
      stem,
      sha256: blobSha256,
      remarks: importReport.parse(remarks),
    }));
  }
  await discardStaged(db, datasetId);
  return [];
}

/** Adds the next images; they survive a crash. */
export async function stageImages(datasetId: string, images: readonly StagedImage[]): Promise<void> {
  await db.stagedImage.createMany({
    data: images.map(({ position, path, stem, image, captions, remarks }) => ({
      datasetId,
      position,
      path,
      stem,
      blobSha256: image?.sha256 ?? null,
      sizeBytes: image?.sizeBytes ?? null,
      mediaType: image?.mediaType ?? null,
      widthPx: image?.widthPx ?? null,
      heightPx: image?.heightPx ?? null,
      captions: image ? captions.map((caption) => ({ ...caption })) : [],
      remarks: [...remarks],
    })),
  });
}

/** Makes the images that are imported the dataset's own, in their order. @returns how many there are */
export async function adoptStaged(transaction: Transaction, datasetId: string): Promise<number> {
  await transaction.$executeRaw`
    INSERT INTO "Blob" ("sha256", "sizeBytes", "mediaType", "widthPx", "heightPx")
    SELECT "blobSha256", "sizeBytes", "mediaType", "widthPx", "heightPx" FROM "StagedImage"
    WHERE "datasetId" = ${datasetId}::uuid AND "blobSha256" IS NOT NULL
    ON CONFLICT DO NOTHING`;
  await transaction.$executeRaw`
    INSERT INTO "Rendition" ("sourceSha256", "kind")
    SELECT "blobSha256", kind FROM "StagedImage", unnest(${[...screenKinds]}::text[]) AS kind
    WHERE "datasetId" = ${datasetId}::uuid AND "blobSha256" IS NOT NULL
    ON CONFLICT DO NOTHING`;
  const count = await transaction.$executeRaw`
    INSERT INTO "Image" ("id", "datasetId", "stem", "fileName", "position", "blobSha256", "widthPx", "heightPx", "split")
    SELECT "id", "datasetId", "stem", "path", row_number() OVER (ORDER BY "position") - 1, "blobSha256", "widthPx", "heightPx",
      COALESCE("captions"->0->>'split', 'TRAINING')::"Split"
    FROM "StagedImage" WHERE "datasetId" = ${datasetId}::uuid AND "blobSha256" IS NOT NULL`;
  await transaction.$executeRaw`
    INSERT INTO "Caption" ("id", "imageId", "position", "text", "tokenCount", "categories")
    SELECT gen_random_uuid(), staged."id", caption.number - 1, caption.value->>'text', (caption.value->>'tokenCount')::int,
      COALESCE(caption.value->'categories', '{}')
    FROM "StagedImage" AS staged
    CROSS JOIN LATERAL jsonb_array_elements(staged."captions") WITH ORDINALITY AS caption(value, number)
    WHERE staged."datasetId" = ${datasetId}::uuid AND staged."blobSha256" IS NOT NULL`;
  await discardStaged(transaction, datasetId);
  return count;
}

export async function discardStaged(transaction: Transaction, datasetId: string): Promise<void> {
  await transaction.stagedImage.deleteMany({ where: { datasetId } });
}
