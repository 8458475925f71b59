/** Makes a study of answers that were given elsewhere: closed from the start, and without images. */
import { randomBytes, randomUUID } from "node:crypto";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { analyzeTables } from "@/lib/platform/database/analyze-tables";
import { db, type Transaction } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { type FileAccess, formFiles } from "@/lib/platform/server-files/file-access";
import type { ImportedStudy } from "@/lib/studies/imported-study";
import { hashPlan, planFormat } from "@/lib/studies/plan/plan-hash";
import { readUnhashedPlan } from "@/lib/studies/plan/read-plan";
import { importedEnd } from "@/lib/studies/stopping/stopping";
import type { RatingsImport } from "./import-fields";
import { checkImport, type ImportPlan, planImport } from "./plan-import";
import { readRatingsFile } from "./read-ratings-file";

const insertedAtOnce = 2000;

/** What raters were asked for is not known; these are what the columns must hold. */
const unknownDesign = { ratersPerItem: 1, itemsPerRater: 1, imageSizePx: 1 };

export type RatingsImportOptions = {
  /** To a file of the server; absent: as for a path that somebody has typed into a form. */
  readonly access?: FileAccess;
  /** How much is done, 0 to 1. */
  readonly tell?: (share: number) => void;
};

/**
 * All or nothing is stored.
 *
 * @throws SemblanceError as `readRatingsFile` and `checkImport`; `conflict` for a name in use
 */
export async function importRatings(
  input: RatingsImport,
  actor: string,
  { access = formFiles, tell = () => {} }: RatingsImportOptions = {},
): Promise<{ studyId: string }> {
  const { fileName, sha256, votes } = await readRatingsFile(input, access);
  checkImport(votes);
  const plan = planImport(votes);
  const imported: ImportedStudy = {
    fileName,
    sha256,
    columns: votes.columns,
    notes: [...votes.notes],
    answers: plan.answers.length,
  };
  const studyId = await withUniqueName("study", input.name, () =>
    db.$transaction(
      async (transaction) => {
        const id = await insertStudy(transaction, input.name, plan);
        await insertItems(transaction, id, plan);
        await insertAnswers(transaction, id, plan, tell);
        await close(transaction, id, imported, plan);
        await appendAuditEntry(transaction, {
          actor,
          action: "study.imported",
          subject: { kind: "study", id, name: input.name },
          detail: { studyId: id, fileName, sha256, answers: imported.answers },
        });
        return id;
      },
      { timeout: 600_000 },
    ),
  );
  await analyzeTables(imported.answers, ["Rater", "Item", "ItemImage", "Seat", "Assignment", "Rating"]);
  return { studyId };
}

/** As a draft: what is closed takes no parts any more. */
async function insertStudy(
  transaction: Transaction,
  name: string,
  { arms, criteria }: ImportPlan,
): Promise<string> {
  const { id } = await transaction.study.create({
    data: {
      name,
      inviteToken: randomBytes(24).toString("base64url"),
      ...unknownDesign,
      seed: 1,
      planFormat,
    },
  });
  await transaction.arm.createMany({
    data: arms.map((arm, position) => ({ ...arm, studyId: id, position })),
  });
  await transaction.criterion.createMany({
    data: criteria.map((criterion, position) => ({ ...criterion, studyId: id, position })),
  });
  return id;
}

async function close(
  transaction: Transaction,
  id: string,
  imported: ImportedStudy,
  { answers, raters }: ImportPlan,
): Promise<void> {
  const now = new Date();
  const counted = new Set(raters.filter(({ isExcluded }) => !isExcluded).map((rater) => rater.id));
  await transaction.study.update({
    where: { id },
    data: {
      state: "CLOSED",
      imported,
      planHash: hashPlan(await readUnhashedPlan(id, transaction)),
      softwareVersion,
      openedAt: now,
      closedAt: now,
      endReason: importedEnd,
      endAnswers: answers.filter(({ raterId }) => counted.has(raterId)).length,
    },
  });
}

async function insertItems(
  transaction: Transaction,
  studyId: string,
  { items, raters }: ImportPlan,
): Promise<void> {
  const now = new Date();
  for (const batch of batches(raters)) {
    await transaction.rater.createMany({
      data: batch.map(({ id, name, isExcluded }) => ({
        id,
        studyId,
        externalId: name,
        ...(isExcluded ? { excludedAt: now, exclusionReason: "excluded in the imported file" } : {}),
      })),
    });
  }
  for (const batch of batches(items)) {
    const json = JSON.stringify(batch);
    await transaction.$executeRaw`
      INSERT INTO "Item" (id, "studyId", "criterionId", "captionText", name, contest)
      SELECT id, ${studyId}::uuid, "criterionId", caption, name, array_to_string("armIds", ' ')
      FROM jsonb_to_recordset(${json}::jsonb)
        AS row(id uuid, "criterionId" uuid, caption text, name text, "armIds" uuid[])`;
    await transaction.$executeRaw`
      INSERT INTO "ItemImage" ("itemId", position, "armId")
      SELECT row.id, arm.place - 1, arm.id
      FROM jsonb_to_recordset(${json}::jsonb) AS row(id uuid, "armIds" uuid[]),
        unnest(row."armIds") WITH ORDINALITY AS arm(id, place)`;
  }
}

/** Answers are dated a millisecond apart, the last one now, so that they stay in the order of the file. */
async function insertAnswers(
  transaction: Transaction,
  studyId: string,
  { answers }: ImportPlan,
  tell: (share: number) => void,
): Promise<void> {
  const end = Date.now();
  const ordinals = new Map<string, number>();
  let done = 0;
  for (const batch of batches(answers)) {
    const rows = batch.map((answer, index) => {
      const ordinal = ordinals.get(answer.raterId) ?? 0;
      ordinals.set(answer.raterId, ordinal + 1);
      return { id: randomUUID(), ordinal, at: new Date(end - answers.length + done + index), ...answer };
    });
    const json = JSON.stringify(rows);
    // As records of one parameter: Prisma's own way takes several times as long for many rows.
    await transaction.$executeRaw`
      INSERT INTO "Assignment" (id, "itemId", "raterId", placement, "imageTokens", ordinal, state, "leasedAt", "leaseExpiresAt")
      SELECT id, "itemId", "raterId", placement, '{}', ordinal, 'DONE', at, at
      FROM jsonb_to_recordset(${json}::jsonb)
        AS row(id uuid, "itemId" uuid, "raterId" uuid, placement int[], ordinal int, at timestamptz)`;
    await transaction.$executeRaw`
      INSERT INTO "Rating" ("assignmentId", answer, "clientKey", "latencyMs", "createdAt")
      SELECT id, answer, concat_ws(' ', 'imported', ${studyId}::text, id), "latencyMs", at
      FROM jsonb_to_recordset(${json}::jsonb) AS row(id uuid, answer jsonb, "latencyMs" int, at timestamptz)`;
    done += batch.length;
    tell(done / answers.length);
  }
}

function* batches<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += insertedAtOnce) {
    yield rows.slice(start, start + insertedAtOnce);
  }
}
