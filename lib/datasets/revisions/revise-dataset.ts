/** Changes a dataset: every change set makes a new revision, and leaves the earlier ones as they were. */
import { countTokens } from "@/lib/diffusion/model/tokenizer";
import { SemblanceError } from "@/lib/errors";
import type { Split } from "@/lib/generated/prisma/enums";
import { db, type Transaction } from "@/lib/platform/database/db";
import { counted } from "@/lib/text/counted";
import { type CaptionInPlace, changeCaptions } from "./change-captions";
import type { ChangeCounts, DatasetChanges } from "./dataset-changes";
import { makeRevision, type Revised, revisionTimeoutMs } from "./make-revision";

export type ChangeSet = {
  readonly changes: DatasetChanges;
  /** Why, for the dataset's history; may be empty. */
  readonly reason: string;
};

/** Counts tokens, which takes a moment: not for the web process. Throws as `reviseWithin`. */
export function reviseDataset(datasetId: string, changeSet: ChangeSet): Promise<Revised> {
  return db.$transaction((transaction) => reviseWithin(transaction, datasetId, changeSet), {
    timeout: revisionTimeoutMs,
  });
}

/**
 * In the caller's transaction.
 *
 * @throws SemblanceError as `makeRevision`; `not_found` for an image that the dataset does not have; `conflict` for a caption
 *   that has changed meanwhile; `invalid_input` for a text that is empty or cannot be encoded
 */
export async function reviseWithin(
  transaction: Transaction,
  datasetId: string,
  { changes, reason }: ChangeSet,
): Promise<Revised> {
  const touched = await touchedImages(transaction, changes);
  return makeRevision(transaction, datasetId, reason, touched, async (next) => ({
    ...(await reviseCaptions(transaction, datasetId, changes, next)),
    ...(await reviseStandings(transaction, datasetId, changes, next)),
  }));
}

/** Ids of images that a change set names, or that have captions that it names. */
async function touchedImages(
  transaction: Transaction,
  { edited = [], added = [], removed = [], excluded, restored, training, heldOut }: DatasetChanges,
): Promise<string[]> {
  const captionIds = [...edited.map(({ captionId }) => captionId), ...removed];
  const ofCaptions = await transaction.$queryRaw<{ imageId: string }[]>`
    SELECT DISTINCT "imageId" FROM "Caption" WHERE "id" = ANY(${captionIds}::uuid[])`;
  const named = [excluded, restored, training, heldOut].flatMap((ids) => ids ?? []);
  return [...new Set([...named, ...[...added, ...ofCaptions].map(({ imageId }) => imageId)])];
}

async function reviseCaptions(
  transaction: Transaction,
  datasetId: string,
  { edited = [], added = [], removed = [] }: DatasetChanges,
  next: number,
): Promise<Pick<ChangeCounts, "edited" | "added" | "removed">> {
  const named = [...edited.map(({ captionId }) => captionId), ...removed];
  const imageIds = await imagesOfCaptions(transaction, datasetId, named);
  await assertImages(transaction, datasetId, new Set(added.map(({ imageId }) => imageId)));
  for (const { imageId } of added) imageIds.add(imageId);
  if (imageIds.size === 0) return { edited: 0, added: 0, removed: 0 };
  const rows = await transaction.$queryRaw<CaptionInPlace[]>`
    SELECT "id", "imageId", "position", "text", "tokenCount", "categories" FROM "Caption"
    WHERE "imageId" = ANY(${[...imageIds]}::uuid[]) AND "untilRevision" IS NULL ORDER BY "imageId", "position"`;
  const { retired, written, counts } = changeCaptions(rows, { edited, added, removed }, countTokens);
  if (retired.length > 0) {
    await transaction.$executeRaw`
      UPDATE "Caption" SET "untilRevision" = ${next} WHERE "id" = ANY(${retired}::uuid[])`;
  }
  if (written.length > 0) {
    // As one parameter: Prisma's own way takes 0.2 ms a row, and captions of a whole desk are adopted at once.
    await transaction.$executeRaw`
      INSERT INTO "Caption" (id, "imageId", position, text, "tokenCount", categories, "sinceRevision")
      SELECT gen_random_uuid(), "imageId", position, text, "tokenCount", categories, ${next}
      FROM jsonb_to_recordset(${JSON.stringify(written)}::jsonb)
        AS row("imageId" uuid, position int, text text, "tokenCount" int, categories jsonb)`;
  }
  return counts;
}

/** @throws SemblanceError `conflict` for captions that the dataset does not have, or no longer */
async function imagesOfCaptions(
  transaction: Transaction,
  datasetId: string,
  captionIds: readonly string[],
): Promise<Set<string>> {
  if (captionIds.length === 0) return new Set();
  const rows = await transaction.$queryRaw<{ id: string; imageId: string }[]>`
    SELECT caption."id", caption."imageId" FROM "Caption" caption JOIN "Image" image ON image."id" = caption."imageId"
    WHERE caption."id" = ANY(${[...captionIds]}::uuid[]) AND caption."untilRevision" IS NULL
      AND image."datasetId" = ${datasetId}::uuid`;
  const missing = new Set(captionIds).size - rows.length;
  if (missing === 0) return new Set(rows.map(({ imageId }) => imageId));
  throw new SemblanceError(
    "conflict",
    missing === 1
      ? "Somebody has changed this caption meanwhile."
      : `${missing} of these captions have been changed meanwhile.`,
    { remedy: "Reload the page to see the present text, then change it again." },
  );
}

type Standing = { split: Split; isExcluded: boolean };

async function reviseStandings(
  transaction: Transaction,
  datasetId: string,
  { excluded = [], restored = [], training = [], heldOut = [] }: DatasetChanges,
  next: number,
): Promise<Pick<ChangeCounts, "excluded" | "restored" | "training" | "heldOut">> {
  const counts = { excluded: 0, restored: 0, training: 0, heldOut: 0 };
  const wanted = new Map<string, Partial<Standing>>();
  for (const [ids, standing] of [
    [excluded, { isExcluded: true }],
    [restored, { isExcluded: false }],
    [training, { split: "TRAINING" }],
    [heldOut, { split: "HELD_OUT" }],
  ] as const) {
    for (const id of ids) wanted.set(id, { ...wanted.get(id), ...standing });
  }
  if (wanted.size === 0) return counts;
  const rows = await assertImages(transaction, datasetId, new Set(wanted.keys()));
  const changed = rows.flatMap((row) => {
    const { split = row.split, isExcluded = row.isExcluded } = wanted.get(row.id)!;
    if (isExcluded !== row.isExcluded) counts[isExcluded ? "excluded" : "restored"]++;
    if (split !== row.split) counts[split === "TRAINING" ? "training" : "heldOut"]++;
    return split === row.split && isExcluded === row.isExcluded ? [] : [{ id: row.id, split, isExcluded }];
  });
  if (changed.length === 0) return counts;
  const ids = changed.map(({ id }) => id);
  await transaction.$executeRaw`
    INSERT INTO "FormerStanding" ("imageId", "sinceRevision", "untilRevision", "split", "isExcluded")
    SELECT "id", "standingSince", ${next}, "split", "isExcluded" FROM "Image" WHERE "id" = ANY(${ids}::uuid[])`;
  await transaction.$executeRaw`
    UPDATE "Image" SET "split" = changed.split::"Split", "isExcluded" = changed.excluded, "standingSince" = ${next}
    FROM unnest(${ids}::uuid[], ${changed.map(({ split }) => split)}::text[],
      ${changed.map(({ isExcluded }) => isExcluded)}::boolean[]) AS changed(id, split, excluded)
    WHERE "Image"."id" = changed.id`;
  return counts;
}

/** @throws SemblanceError `not_found` for an image of another dataset, or of none */
async function assertImages(
  transaction: Transaction,
  datasetId: string,
  ids: ReadonlySet<string>,
): Promise<({ id: string } & Standing)[]> {
  if (ids.size === 0) return [];
  const rows = await transaction.$queryRaw<({ id: string } & Standing)[]>`
    SELECT "id", "split"::text AS split, "isExcluded" FROM "Image"
    WHERE "datasetId" = ${datasetId}::uuid AND "id" = ANY(${[...ids]}::uuid[])`;
  if (rows.length === ids.size) return rows;
  throw new SemblanceError(
    "not_found",
    `${counted(ids.size - rows.length, "of the chosen images is", "of the chosen images are")} not in the dataset.`,
    { remedy: "Reload the page and choose again." },
  );
}
