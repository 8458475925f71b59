/** The leaderboard of a question as pages and files of results show it, computed once for all who ask. */
import { getLeaderboardHead } from "@/lib/votes/leaderboard/get-leaderboard-head";
import type { StudyRatings } from "@/lib/votes/leaderboard/get-ratings";
import { resultsRevision } from "@/lib/votes/leaderboard/results-revision";
import type { VoteSelection } from "@/lib/votes/list/vote-selection";
import type { ComputeOptions } from "./compute";
import { computeOnce } from "./compute-once";
import type { ShownLeaderboard } from "./leaderboard";

/**
 * @param criterionKey the study's first criterion where absent
 * @throws SemblanceError `not_found`, and as `compute`
 */
export async function leaderboardOnce(
  studyId: string,
  criterionKey: string | undefined,
  selection: VoteSelection,
  { owner }: Pick<ComputeOptions, "owner">,
): Promise<ShownLeaderboard> {
  const { asked, revision } = await findResults(studyId, criterionKey, selection);
  return computeOnce("leaderboard", asked, revision, { owner });
}

/** As `leaderboardOnce`, for the ratings alone, which are there in a third of the time. */
export async function ratingsOnce(
  studyId: string,
  criterionKey: string | undefined,
  selection: VoteSelection,
  { owner }: Pick<ComputeOptions, "owner">,
): Promise<StudyRatings> {
  const { asked, revision } = await findResults(studyId, criterionKey, selection);
  return computeOnce("ratings", asked, revision, { owner });
}

async function findResults(studyId: string, criterionKey: string | undefined, selection: VoteSelection) {
  const { criterion, registeredRaters } = await getLeaderboardHead(studyId, criterionKey);
  return {
    asked: { studyId, criterion: criterion.key, selection: inOneForm(selection, registeredRaters) },
    revision: await resultsRevision(studyId),
  };
}

/** Requests for the same votes are equal, however they were put. */
function inOneForm(
  { raters, containing = "", captions = [], category }: VoteSelection,
  registeredRaters: VoteSelection["raters"],
): VoteSelection {
  const text = containing.trim().normalize().toLowerCase();
  const counted = raters ?? registeredRaters;
  return {
    ...(counted ? { raters: counted } : {}),
    ...(text === "" ? {} : { containing: text }),
    ...(captions.length === 0 ? {} : { captions: [...new Set(captions)].sort() }),
    ...(category ? { category: { name: category.name, value: category.value } } : {}),
  };
}
