/** A study's results as files that others can compute with. */
import { db } from "@/lib/platform/database/db";
import { noteFirstLook } from "@/lib/studies/stopping/study-stopping";
import { getLeaderboard } from "../leaderboard/get-leaderboard";
import { getLeaderboardHead } from "../leaderboard/get-leaderboard-head";
import { getRatings } from "../leaderboard/get-ratings";
import { streamVotes } from "../list/list-votes";
import { type FlagsOfRater, flagsOfRaters } from "../list/select-votes";
import type { VoteSelection } from "../list/vote-selection";
import { voteLines, votesHeader } from "../read/votes-file";
import { logExport } from "./log-export";
import { boardsOf, isRatingFile, type ResultFileName, ratingFiles, resultFiles } from "./result-files";

/**
 * A file of results, of all questions one after the other or of one.
 *
 * @param criterionKey that of one question alone
 * @throws SemblanceError `not_found`
 */
export async function exportResult<Name extends ResultFileName>(
  file: Name,
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<ReturnType<(typeof resultFiles)[Name]>> {
  const written = isRatingFile(file)
    ? ratingFiles[file](await boardsOf((key) => getRatings(studyId, key, selection), criterionKey))
    : resultFiles[file](await boardsOf((key) => getLeaderboard(studyId, key, selection), criterionKey));
  return written as ReturnType<(typeof resultFiles)[Name]>;
}

/**
 * The raw votes as CSV, in pieces: one row per answer, excluded raters' too, with a pseudonym for its rater.
 *
 * @param criterionKey the one question whose votes are wanted; those of all questions where absent
 * @throws SemblanceError `not_found`, before the first piece
 */
export async function* exportVotes(
  studyId: string,
  criterionKey?: string,
): AsyncGenerator<string, void, undefined> {
  const { criterion, criteria } = await getLeaderboardHead(studyId, criterionKey);
  const { seed, planHash } = await db.study.findUniqueOrThrow({
    where: { id: studyId },
    select: { seed: true, planHash: true },
  });
  const origin = { studyId, seed, planHash };
  await noteFirstLook(studyId);
  // Flags follow from all answers: until they are known, whoever waits has the first line.
  yield votesHeader;
  const asked = criterionKey === undefined ? criteria : [criterion];
  let flagsOf!: FlagsOfRater;
  const flag = async () => {
    flagsOf = await flagsOfRaters(
      studyId,
      asked.map(({ key }) => key),
    );
  };
  for await (const votes of streamVotes(studyId, criterionKey, flag)) {
    yield* voteLines(votes, origin, flagsOf);
  }
}

/** As `exportVotes`, with an entry in the audit log before the first piece. @param actor gets the file */
export async function* handOutVotes(
  studyId: string,
  criterionKey: string | undefined,
  actor: string,
): AsyncGenerator<string, void, undefined> {
  let isLogged = false;
  for await (const piece of exportVotes(studyId, criterionKey)) {
    if (!isLogged) await logExport(studyId, "votes.csv", actor);
    isLogged = true;
    yield piece;
  }
}
