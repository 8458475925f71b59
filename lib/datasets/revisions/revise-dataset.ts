/** Changes a dataset: every change set makes a new revision, and leaves the earlier ones as they were. */
import { countTokens } from "@/lib/diffusion/model/tokenizer";
import { SemblanceError } from "@/lib/errors";
import type { Split } from "@/lib/generated/prisma/enums";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { requestContext } from "@/lib/platform/request/request-context";
import { type CaptionInPlace, changeCaptions } from "./change-captions";
import { type ChangeCounts, changesToText, type DatasetChanges } from "./dataset-changes";

export type ChangeSet = {
  readonly changes: DatasetChanges;
  /** Why, for the dataset's history; may be empty. */
  readonly reason: string;
};

/** `revision` is the newest one, which is the same as before where everything was as wished already. */
export type Revised = { revision: number; counts: ChangeCounts };

/** Of 100,000 images on a slow disk. */
const timeoutMs = 120_000;

/** Counts tokens, which takes a moment: not for the web process. Throws as `reviseWithin`. */
export function reviseDataset(datasetId: string, changeSet: ChangeSet): Promise<Revised> {
  return db.$transaction((transaction) => reviseWithin(transaction, datasetId, changeSet), {
    timeout: timeoutMs,
  });
}

/**
 * In the caller's transaction; further change sets of the dataset wait for its end.
 *
 * @throws SemblanceError `not_found` for a dataset, or an image that it does not have; `conflict` for a dataset that is not
 *   ready, or a caption that has changed meanwhile; `invalid_input` for a text that is empty or cannot be encoded
 */
export async function reviseWithin(
  transaction: Transaction,
  datasetId: string,
  { changes, reason }: ChangeSet,
): Promise<Revised> {
  const dataset = await lockDataset(transaction, datasetId);
  const next = dataset.revision + 1;
  const counts: ChangeCounts = {
    ...(await reviseCaptions(transaction, datasetId, changes, next)),
    ...(await reviseStandings(transaction, datasetId, changes, next)),
  };
  if (Object.values(counts).every((count) => count === 0)) {
    nothingChanged();
    return { revision: dataset.revision, counts };
  }
  await transaction.dataset.update({ where: { id: datasetId }, data: { revision: next } });
  await transaction.datasetRevision.create({
    data: { datasetId, number: next, actor: requestContext()?.actor ?? "system", reason, counts },
  });
  await appendAuditEntry(transaction, {
    action: "dataset.revised",
    subject: { kind: "dataset", id: datasetId, name: dataset.name },
    detail: { revision: next, changes: changesToText(counts), reason },
  });
  return { revision: next, counts };
}

async function lockDataset(
  transaction: Transaction,
  id: string,
): Promise<{ name: string; revision: number }> {
  await transaction.$queryRaw`SELECT 1 FROM "Dataset" WHERE "id" = ${id}::uuid FOR UPDATE`;
  const dataset = await transaction.dataset.findUnique({ where: { id } });
  if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
  if (dataset.state === "READY") return dataset;
  throw new SemblanceError("conflict", `The dataset “${dataset.name}” is not ready.`, {
    remedy: dataset.state === "IMPORTING" ? "Wait until its import is done." : "Import it again; it failed.",
  });
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
    await transaction.caption.createMany({
      data: written.map((caption) => ({ ...caption, sinceRevision: next })),
    });
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
    `${ids.size - rows.length} of these ${ids.size} images are not in the dataset.`,
    { remedy: "Reload the page and choose again." },
  );
}
