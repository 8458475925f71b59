/** The deviations of a stored study, see deviations.ts. */
import { db } from "@/lib/platform/database/db";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { defaultRaters, type Registration, registration } from "@/lib/studies/design/registration";
import { readStopping } from "@/lib/studies/stopping/study-stopping";
import { raterPseudonym } from "../list/rater-pseudonym";
import type { VoteSelection } from "../list/vote-selection";
import { deviations, endOfAnswers, type StudyCourse } from "./deviations";

/**
 * @param selection which votes the result counts
 * @throws where there is no such study
 */
export async function listDeviations(
  studyId: string,
  { raters, containing = "", captions = [], category }: VoteSelection = {},
): Promise<string[]> {
  const study = await db.study.findUniqueOrThrow({ where: { id: studyId } });
  const planned = registration.parse(study.registration);
  const course = await readCourse(study, planned);
  return deviations(
    planned,
    course,
    { raters: raters ?? defaultRaters(planned), containing, captions, category, version: softwareVersion },
    new Date(),
  );
}

async function readCourse(
  study: Awaited<ReturnType<typeof db.study.findUniqueOrThrow>>,
  planned: Registration,
): Promise<StudyCourse> {
  const end = planned.endDate === null ? null : endOfAnswers(planned.endDate);
  const ofStudy = { item: { studyId: study.id, kind: "REGULAR" as const }, isRepeat: false };
  const [stopping, ratersWhoAnswered, answersAfterEnd, { excludedByHand, reinstated }] = await Promise.all([
    readStopping(study.id),
    db.rater.count({
      where: { studyId: study.id, assignments: { some: { ...ofStudy, rating: { isNot: null } } } },
    }),
    end === null ? 0 : db.rating.count({ where: { createdAt: { gte: end }, assignment: ofStudy } }),
    exclusionsByHand(study),
  ]);
  return {
    isOpen: study.state === "OPEN",
    hasStopRule: study.stopRule !== null,
    stopping,
    answersAfterEnd,
    ratersWhoAnswered,
    excludedByHand,
    reinstated,
    openedWith: study.softwareVersion,
  };
}

/** What people decided about raters, by the last entry of each rater in the audit log. */
async function exclusionsByHand({ id, inviteToken }: { id: string; inviteToken: string }) {
  const rows = await db.$queryRaw<
    { raterId: string; action: string; actor: string; reason: string | null; failedCheck: boolean }[]
  >`
    SELECT DISTINCT ON (detail->>'raterId') detail->>'raterId' AS "raterId", action, actor, detail->>'reason' AS reason,
           bool_or(action = 'rater.excluded' AND actor = 'system') OVER (PARTITION BY detail->>'raterId') AS "failedCheck"
    FROM "AuditEntry"
    WHERE action IN ('rater.excluded', 'rater.reinstated') AND detail->>'studyId' = ${id}
      -- Raters of a dropped pilot are gone.
      AND EXISTS (SELECT FROM "Rater" r WHERE r.id::text = detail->>'raterId')
    ORDER BY detail->>'raterId', sequence DESC`;
  return {
    excludedByHand: rows
      .filter(({ action, actor }) => action === "rater.excluded" && actor !== "system")
      .map(({ raterId, reason }) => ({ rater: raterPseudonym(raterId, inviteToken), reason: reason ?? "" })),
    reinstated: rows.filter(({ action, failedCheck }) => action === "rater.reinstated" && failedCheck).length,
  };
}
