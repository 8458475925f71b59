/** The raw votes of a study with everything that the statistics and a release of the data need. */
import { createHmac } from "node:crypto";
import type { Categories } from "@/lib/datasets/caption-formats/caption-format";
import { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { type ImageMarks, imageMarks, raterAnswer, toArmAnswer } from "@/lib/questions/rater-answer";
import { type RepeatAgreement, repeatAgreement } from "@/lib/rating/checks/repeat-agreement";

/** An answer with how, when and by whom it was given. Marks and hashes are in places from left to right. */
export type RecordedVote = ArmAnswer & {
  /** Id of the lease under which it was given. */
  leaseId: string;
  criterion: string;
  marks: ImageMarks[];
  /** Null where an imported file does not say. */
  latencyMs: number | null;
  viewportPx: string;
  inputKind: string;
  leasedAt: Date;
  answeredAt: Date;
  revision: number;
  revisedAt: Date | null;
  /** Empty in imported studies, which have no images. */
  imageSha256s: string[];
  /** Whether the rater is excluded from the study. */
  isExcluded: boolean;
  exclusionReason: string | null;
  /** Checks of this rater in the study that were answered, and those answered wrongly. */
  checks: number;
  failedChecks: number;
  /** Of its caption; none in imported studies. */
  categories: Categories;
  /** How far this rater agreed with themselves on items that they were given twice; null without any. */
  repeated: RepeatAgreement | null;
};

/** As the database has it: the rater by id, and everything in the item's own order. */
type Row = Omit<RecordedVote, keyof ArmAnswer | "marks" | "imageSha256s" | "repeated"> & {
  raterId: string;
  caption: string;
  answer: unknown;
  marks: unknown;
  placement: number[];
  itemName: string | null;
  arms: string[];
  blobs: (string | null)[];
};

/**
 * All votes of a study in the order of their answers: answers to regular items, without the repeats that only
 * measure a rater's consistency. Excluded raters' votes are among them, and say so. Raters appear under pseudonyms
 * that are stable within the study and cannot be traced to their ids without the study's invite token.
 *
 * @param criterion key of one criterion; all criteria where absent
 */
export async function listVotes(studyId: string, criterion?: string): Promise<RecordedVote[]> {
  const study = await db.study.findUniqueOrThrow({ where: { id: studyId }, select: { inviteToken: true } });
  const ofCriterion = criterion === undefined ? Prisma.empty : Prisma.sql`AND c.key = ${criterion}`;
  const rows = await db.$queryRaw<Row[]>`
    WITH images AS (
      SELECT p."itemId", array_agg(arm.name ORDER BY p.position) AS arms,
             array_agg(p."blobSha256" ORDER BY p.position) AS blobs
      FROM "ItemImage" p JOIN "Item" i ON i.id = p."itemId" JOIN "Arm" arm ON arm.id = p."armId"
      WHERE i."studyId" = ${studyId}::uuid AND i.kind = 'REGULAR'
      GROUP BY p."itemId"
    ), checked AS (
      SELECT a."raterId", count(*)::int AS checks, (count(*) FILTER (WHERE NOT r."isRight"))::int AS failed
      FROM "Rating" r JOIN "Assignment" a ON a.id = r."assignmentId" JOIN "Item" i ON i.id = a."itemId"
      WHERE i."studyId" = ${studyId}::uuid AND i.kind IN ('GOLD', 'ATTENTION')
      GROUP BY a."raterId"
    )
    SELECT a.id AS "leaseId", a."raterId", c.key AS criterion,
           i."captionText" AS caption, i.name AS "itemName", r.answer, r.marks, r."latencyMs", r."viewportPx", r."inputKind", a."leasedAt",
           r."createdAt" AS "answeredAt", r.revision, r."revisedAt", a.placement, images.arms, images.blobs,
           rater."excludedAt" IS NOT NULL AS "isExcluded", rater."exclusionReason",
           coalesce(checked.checks, 0) AS checks, coalesce(checked.failed, 0) AS "failedChecks",
           coalesce(asked.categories, '{}') AS categories
    FROM "Rating" r JOIN "Assignment" a ON a.id = r."assignmentId" JOIN "Item" i ON i.id = a."itemId"
    JOIN "Criterion" c ON c.id = i."criterionId" JOIN "Rater" rater ON rater.id = a."raterId"
    JOIN images ON images."itemId" = i.id LEFT JOIN "Caption" asked ON asked.id = i."captionId" LEFT JOIN checked ON checked."raterId" = a."raterId"
    WHERE i."studyId" = ${studyId}::uuid AND i.kind = 'REGULAR' AND NOT a."isRepeat" ${ofCriterion}
    ORDER BY r."createdAt", a.id`;
  const repeats = await repeatAgreement(studyId);
  const pseudonyms = new Map<string, string>();
  return rows.map(({ raterId, placement, arms, blobs, answer, marks, caption, itemName, ...rest }) => {
    const rater = pseudonyms.get(raterId) ?? raterPseudonym(raterId, study.inviteToken);
    pseudonyms.set(raterId, rater);
    const shown = placement.map((position) => arms[position]!);
    return {
      ...rest,
      ...toArmAnswer(raterAnswer.parse(answer), {
        caption,
        rater,
        shown,
        ...(itemName === null ? {} : { item: itemName }),
      }),
      marks: marks === null ? [] : imageMarks.array().parse(marks),
      imageSha256s: placement.flatMap((position) => blobs[position] ?? []),
      repeated: repeats.get(raterId) ?? null,
    };
  });
}

/** What a rater is called in exports. @param key the study's invite token */
export function raterPseudonym(raterId: string, key: string): string {
  return `r-${createHmac("sha256", key).update(raterId).digest("hex").slice(0, 12)}`;
}
