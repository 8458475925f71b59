/** The raters of a study with what is known of their work, for administrators. */
import { db } from "@/lib/platform/database/db";
import { type RepeatAgreement, repeatAgreement } from "@/lib/rating/checks/repeat-agreement";
import { raterPseudonym } from "./rater-pseudonym";

export type RaterSummary = {
  id: string;
  /** What exports and the leaderboard call this rater. */
  pseudonym: string;
  /** Id at the recruiting service, or the account's address, where there is one. */
  knownAs: string | null;
  joinedAt: Date;
  answers: number;
  /** Correct answers among gold items and attention checks; null where none was answered. */
  gold: { right: number; given: number } | null;
  attention: { right: number; given: number } | null;
  /** How far they agreed with themselves on items given twice, places reversed; null without any. */
  repeated: RepeatAgreement | null;
  medianLatencyMs: number | null;
  /** Other raters who joined from the same address, or in the same browser. */
  sameAddress: number;
  sameDevice: number;
  /** How often somebody was turned away who only knew their outside id. */
  refusedElsewhere: number;
  /** Set where a researcher lets the next device with the outside id in. */
  idReleasedAt: Date | null;
  /** Whether they have an id of a recruiting service. */
  hasOutsideId: boolean;
  excludedAt: Date | null;
  exclusionReason: string | null;
};

type Row = Omit<RaterSummary, "pseudonym" | "gold" | "attention" | "repeated"> & {
  goldRight: number;
  goldGiven: number;
  attentionRight: number;
  attentionGiven: number;
};

/** In the order in which they came. @param page from 1 */
export async function listRaters(
  studyId: string,
  { page = 1, pageSize = 50 }: { page?: number; pageSize?: number } = {},
): Promise<{ raters: RaterSummary[]; total: number }> {
  const [rows, total, { inviteToken }] = await Promise.all([
    db.$queryRaw<Row[]>`
      SELECT person.id, coalesce(person."externalId", account.email) AS "knownAs", person."createdAt" AS "joinedAt",
        person."excludedAt", person."exclusionReason", person."refusedElsewhere", person."idReleasedAt",
        person."externalId" IS NOT NULL AS "hasOutsideId",
        (SELECT count(*)::int FROM "Rater" other WHERE other."studyId" = person."studyId" AND other.id <> person.id
           AND other."addressKey" = person."addressKey") AS "sameAddress",
        (SELECT count(*)::int FROM "Rater" other WHERE other."studyId" = person."studyId" AND other.id <> person.id
           AND other."deviceKey" = person."deviceKey") AS "sameDevice", count(r."assignmentId")::int AS answers,
        count(*) FILTER (WHERE i.kind = 'GOLD' AND r."isRight")::int AS "goldRight",
        count(r."assignmentId") FILTER (WHERE i.kind = 'GOLD')::int AS "goldGiven",
        count(*) FILTER (WHERE i.kind = 'ATTENTION' AND r."isRight")::int AS "attentionRight",
        count(r."assignmentId") FILTER (WHERE i.kind = 'ATTENTION')::int AS "attentionGiven",
        percentile_cont(0.5) WITHIN GROUP (ORDER BY r."latencyMs") AS "medianLatencyMs"
      FROM "Rater" person
      LEFT JOIN "User" account ON account.id = person."userId"
      LEFT JOIN "Assignment" a ON a."raterId" = person.id
      LEFT JOIN "Rating" r ON r."assignmentId" = a.id
      LEFT JOIN "Item" i ON i.id = a."itemId"
      WHERE person."studyId" = ${studyId}::uuid
      GROUP BY person.id, account.email ORDER BY person."createdAt", person.id
      LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
    db.rater.count({ where: { studyId } }),
    db.study.findUniqueOrThrow({ where: { id: studyId }, select: { inviteToken: true } }),
  ]);
  const repeats = await repeatAgreement(
    studyId,
    rows.map(({ id }) => id),
  );
  const raters = rows.map(({ goldRight, goldGiven, attentionRight, attentionGiven, ...row }) => ({
    ...row,
    pseudonym: raterPseudonym(row.id, inviteToken),
    repeated: repeats.get(row.id) ?? null,
    gold: goldGiven === 0 ? null : { right: goldRight, given: goldGiven },
    attention: attentionGiven === 0 ? null : { right: attentionRight, given: attentionGiven },
  }));
  return { raters, total };
}
