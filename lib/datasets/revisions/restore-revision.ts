/** Makes a dataset what it was in an earlier revision. That is a new revision; none is lost. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import { db, type Transaction } from "@/lib/platform/database/db";
import type { ChangeCounts } from "./dataset-changes";
import { makeRevision, type Revised, revisionTimeoutMs } from "./make-revision";
import type { restorationInput } from "./revision-fields";

/**
 * Captions that are as they were keep their rows; the others are written anew. Images get their standing of then.
 *
 * @throws SemblanceError as `makeRevision`; `invalid_input` for a revision that is not an earlier one
 */
export function restoreRevision({
  datasetId,
  revision,
}: z.output<typeof restorationInput>): Promise<Revised> {
  return db.$transaction(
    (transaction) =>
      makeRevision(transaction, datasetId, `as in revision ${revision}`, "all", async (next) => {
        if (revision >= next - 1) {
          throw new SemblanceError(
            "invalid_input",
            revision === next - 1
              ? `Revision ${revision} is the newest one.`
              : `There is no revision ${revision}; the newest is ${next - 1}.`,
            { remedy: "Choose an earlier revision.", details: { field: "revision" } },
          );
        }
        return {
          ...(await restoreCaptions(transaction, datasetId, revision, next)),
          ...(await restoreStandings(transaction, datasetId, revision, next)),
        };
      }),
    { timeout: revisionTimeoutMs },
  );
}

async function restoreCaptions(
  transaction: Transaction,
  datasetId: string,
  revision: number,
  next: number,
): Promise<Pick<ChangeCounts, "edited" | "added" | "removed">> {
  const ofDataset = (caption: "present" | "former" | "added") =>
    Prisma.sql`"Image" image WHERE image."id" = ${Prisma.raw(caption)}."imageId" AND image."datasetId" = ${datasetId}::uuid`;
  const heldThen = Prisma.sql`former."sinceRevision" <= ${revision}
    AND (former."untilRevision" IS NULL OR former."untilRevision" > ${revision})`;
  const retired = await transaction.$executeRaw`
    UPDATE "Caption" present SET "untilRevision" = ${next} FROM ${ofDataset("present")} AND present."untilRevision" IS NULL
      AND NOT EXISTS (
        SELECT FROM "Caption" former
        WHERE former."imageId" = present."imageId" AND former."position" = present."position"
          AND former."text" = present."text" AND former."categories" = present."categories" AND ${heldThen})`;
  const written = await transaction.$executeRaw`
    INSERT INTO "Caption" ("id", "imageId", "position", "text", "tokenCount", "categories", "sinceRevision")
    SELECT gen_random_uuid(), former."imageId", former."position", former."text", former."tokenCount", former."categories", ${next}
    FROM "Caption" former, ${ofDataset("former")} AND ${heldThen}
      AND NOT EXISTS (
        SELECT FROM "Caption" present
        WHERE present."imageId" = former."imageId" AND present."position" = former."position"
          AND present."untilRevision" IS NULL)`;
  const [row] = await transaction.$queryRaw<{ edited: number }[]>`
    SELECT count(*)::int AS edited FROM "Caption" added JOIN "Caption" gone
      ON gone."imageId" = added."imageId" AND gone."position" = added."position" AND gone."untilRevision" = ${next},
      ${ofDataset("added")} AND added."sinceRevision" = ${next}`;
  const { edited } = row!;
  return { edited, added: written - edited, removed: retired - edited };
}

async function restoreStandings(
  transaction: Transaction,
  datasetId: string,
  revision: number,
  next: number,
): Promise<Pick<ChangeCounts, "excluded" | "restored" | "training" | "heldOut">> {
  const changed = Prisma.sql`
    "Image" image JOIN "FormerStanding" former ON former."imageId" = image."id"
      AND former."sinceRevision" <= ${revision} AND former."untilRevision" > ${revision}
    WHERE image."datasetId" = ${datasetId}::uuid AND image."standingSince" > ${revision}
      AND (former."split", former."isExcluded") <> (image."split", image."isExcluded")`;
  const [counts] = await transaction.$queryRaw<
    Pick<ChangeCounts, "excluded" | "restored" | "training" | "heldOut">[]
  >`
    SELECT count(*) FILTER (WHERE former."isExcluded" AND NOT image."isExcluded")::int AS excluded,
      count(*) FILTER (WHERE image."isExcluded" AND NOT former."isExcluded")::int AS restored,
      count(*) FILTER (WHERE former."split" = 'TRAINING' AND image."split" = 'HELD_OUT')::int AS training,
      count(*) FILTER (WHERE former."split" = 'HELD_OUT' AND image."split" = 'TRAINING')::int AS "heldOut"
    FROM ${changed}`;
  await transaction.$executeRaw`
    WITH wanted AS (
      SELECT image."id", image."standingSince", image."split", image."isExcluded",
        former."split" AS "formerSplit", former."isExcluded" AS "formerlyExcluded" FROM ${changed}
    ), kept AS (
      INSERT INTO "FormerStanding" ("imageId", "sinceRevision", "untilRevision", "split", "isExcluded")
      SELECT "id", "standingSince", ${next}, "split", "isExcluded" FROM wanted
    )
    UPDATE "Image" SET "split" = wanted."formerSplit", "isExcluded" = wanted."formerlyExcluded", "standingSince" = ${next}
    FROM wanted WHERE "Image"."id" = wanted."id"`;
  return counts!;
}
