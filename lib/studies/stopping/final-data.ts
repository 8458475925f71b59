/**
 * When the votes of a closed study are final. What was in a rater's hands at closing may still arrive for a day: they may
 * have answered without a connection. After that no answer is taken. Raters can be excluded and readmitted until the
 * first release that is made from then on; every later release equals it.
 */
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";

/** For how long after closing answers are taken whose lease ran when the study closed. */
export const closingGraceHours = 24;

/** Whether an answer can still be taken, where `a` is its assignment and `s` the study. */
export const takesAnswer = Prisma.sql`
  (s.state = 'OPEN' OR (a."leaseExpiresAt" > s."closedAt" AND now() < s."closedAt" + make_interval(hours => ${closingGraceHours})))`;

/** From when on no answer is taken; null for a study that is not closed. Imported studies never took any. */
export function answersEndAt({
  state,
  closedAt,
  imported,
}: {
  state: string;
  closedAt: Date | null;
  imported: unknown;
}): Date | null {
  if (state !== "CLOSED" || closedAt === null) return null;
  if (imported !== null) return closedAt;
  return new Date(closedAt.getTime() + closingGraceHours * 3_600_000);
}

/** Fixes the votes of a study that takes no answer any more. @returns whether they are final */
export async function fixVotes(transaction: SqlRunner, studyId: string): Promise<boolean> {
  const fixed = await transaction.$executeRaw`
    UPDATE "Study" SET "releasedAt" = coalesce("releasedAt", now())
    WHERE id = ${studyId}::uuid AND state = 'CLOSED'
      AND ("closedAt" + make_interval(hours => ${closingGraceHours}) <= now() OR imported IS NOT NULL)`;
  return fixed === 1;
}

/**
 * Waits for a release that is being made, and is waited for by the next one.
 *
 * @throws SemblanceError `conflict` where a final release was made
 */
export async function refuseFixedVotes(transaction: SqlRunner, studyId: string): Promise<void> {
  const [study] = await transaction.$queryRaw<{ name: string; releasedAt: Date | null }[]>`
    SELECT name, "releasedAt" FROM "Study" WHERE id = ${studyId}::uuid FOR SHARE`;
  if (!study?.releasedAt) return;
  const day = study.releasedAt.toISOString().slice(0, 10);
  throw new SemblanceError(
    "conflict",
    `The votes of “${study.name}” were released on ${day} and are final.`,
    {
      remedy: "To leave somebody out, do so when analysing the released votes.",
    },
  );
}
