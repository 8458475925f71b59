/**
 * Results of a small study, for nobody: before somebody waits for results, their code is loaded and has run, and their questions
 * to the database have been asked, which takes one to two seconds the first time.
 */
import { randomUUID } from "node:crypto";
import { db } from "@/lib/platform/database/db";

/** Enough for V8 to compile what statistics repeat, and done in a few seconds. */
const mostAnswers = 30_000;

export async function compute(): Promise<void> {
  const [statistics, head, study, hash, plan, list, select, file] = await Promise.all([
    import("@/lib/questions/answer-statistics"),
    import("@/lib/votes/leaderboard/get-leaderboard-head"),
    import("@/lib/votes/leaderboard/get-leaderboard-study"),
    import("@/lib/studies/plan/plan-hash"),
    import("@/lib/studies/plan/read-plan"),
    import("@/lib/votes/list/list-votes"),
    import("@/lib/votes/list/select-votes"),
    import("@/lib/votes/read/votes-file"),
    import("./ratings"),
    import("./leaderboard"),
    import("./release"),
    import("./votes-file"),
  ]);
  // Whoever reads a study's leaderboard has looked at its results: these are asked about none.
  const noStudy = randomUUID();
  await Promise.allSettled([head.getLeaderboardHead(noStudy), study.getLeaderboardStudy(noStudy)]);
  const studyId = await findSmallStudy();
  if (studyId === undefined) return;
  const planned = await plan.readPlan(studyId);
  hash.planToJson(planned);
  const votes = await list.listRecordedVotes(studyId);
  const flagsOf = select.flagsOfVotes(votes);
  Array.from(file.voteLines(votes, { studyId, seed: 0, planHash: null }, flagsOf));
  const [first] = votes;
  if (!first) return;
  const answers = votes.filter(({ criterion }) => criterion === first.criterion);
  const arms = planned.study.arms.map(({ name }) => name);
  statistics.computeStandings(first.type, answers, { seed: 0, arms });
  statistics.sensitivityOf(first.type, answers, { arms, raters: "all" });
}

/** The one with the most answers among those that are quickly computed. */
async function findSmallStudy(): Promise<string | undefined> {
  const [found] = await db.$queryRaw<{ studyId: string }[]>`
    SELECT "studyId" FROM "Rater" GROUP BY "studyId" HAVING sum("answerChanges") BETWEEN 1 AND ${mostAnswers}::int
    ORDER BY sum("answerChanges") DESC LIMIT 1`;
  return found?.studyId;
}
