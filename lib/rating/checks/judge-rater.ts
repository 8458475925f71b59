/** The consequences of a rater's answers to checks: passing the training round, or exclusion. */
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import { fallsShort, fallsShortInGold, qualityControl } from "@/lib/studies/design/quality-control";
import type { HeldItem } from "../item/held-item";
import { shutOut } from "./exclude-rater";
import { exclusionReasons } from "./exclusion-reasons";

export { exclusionReasons };

/** Who did not pass the training round leaves by another way than who was excluded for another reason. */
export function endOfExcluded({ exclusionReason }: { exclusionReason: string | null }) {
  return exclusionReason === exclusionReasons.qualification ? "screened-out" : "excluded";
}

/**
 * Applies the study's rules after an answer to a check of `kind` was stored, or a training item was skipped; within the
 * caller's transaction. Anyone who was readmitted by a person is judged by their answers since. Skipped training items count
 * neither way, but nobody qualifies by them alone.
 */
export async function judgeRater(
  transaction: SqlRunner,
  rater: { raterId: string; studyId: string; qualityControl: unknown },
  kind: HeldItem["kind"],
): Promise<void> {
  const control = qualityControl.parse(rater.qualityControl);
  const { raterId } = rater;
  const exclude = (reason: string) =>
    shutOut(transaction, { id: raterId, studyId: rater.studyId }, reason, "system");
  const [row] = await transaction.$queryRaw<{ answered: number; right: number; skipped: number }[]>`
    SELECT count(*)::int AS answered, count(*) FILTER (WHERE r."isRight")::int AS right,
           (SELECT count(*)::int FROM "Assignment" passed JOIN "Item" item ON item.id = passed."itemId"
            WHERE passed."raterId" = ${raterId}::uuid AND passed.state = 'SKIPPED'
              AND item.kind = ${kind}::"ItemKind") AS skipped
    FROM "Rating" r JOIN "Assignment" a ON a.id = r."assignmentId" JOIN "Item" i ON i.id = a."itemId"
    JOIN "Rater" person ON person.id = a."raterId"
    WHERE a."raterId" = ${raterId}::uuid AND i.kind = ${kind}::"ItemKind"
      AND (person."reinstatedAt" IS NULL OR r."createdAt" > person."reinstatedAt")`;
  const { answered, right, skipped } = row ?? { answered: 0, right: 0, skipped: 0 };
  if (kind === "TRAINING" && answered + skipped >= control.trainingItems) {
    if (answered > 0 && !fallsShort(control.qualificationShare, right, answered)) {
      await transaction.$executeRaw`UPDATE "Rater" SET "qualifiedAt" = now() WHERE id = ${raterId}::uuid`;
    } else {
      await exclude(exclusionReasons.qualification);
    }
  }
  if (
    kind === "ATTENTION" &&
    answered - right >= (control.excludeAfterFailedAttention ?? Number.POSITIVE_INFINITY)
  ) {
    await exclude(exclusionReasons.attention);
  }
  if (kind === "GOLD" && fallsShortInGold(control.excludeBelowGoldShare, right, answered)) {
    await exclude(exclusionReasons.gold);
  }
}
