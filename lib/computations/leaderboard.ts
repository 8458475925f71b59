/** A leaderboard as its page shows it. */
import { getLeaderboard, type StudyLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import type { RaterQuality } from "@/lib/votes/list/select-votes";
import type { VoteSelection } from "@/lib/votes/list/vote-selection";

export type LeaderboardRequest = {
  readonly studyId: string;
  readonly criterion: string | undefined;
  readonly selection: VoteSelection;
};

/** Cut to what a page shows, so that it is drawn quickly however large the study is. */
export type ShownLeaderboard = StudyLeaderboard & {
  /** How many answered; `raters` are the first of them, those with flags and of little reliability first. */
  readonly raterCount: number;
  /** Raters flagged as careless who are not excluded. */
  readonly flaggedCount: number;
};

/** Beyond this many the page would grow without end; votes.csv has them all. */
const mostRaters = 100;

/** Images with the most marks. */
const mostMarkedImages = 6;

export async function compute({
  studyId,
  criterion,
  selection,
}: LeaderboardRequest): Promise<ShownLeaderboard> {
  const board = await getLeaderboard(studyId, criterion, selection);
  const { raters, faults } = board;
  return {
    ...board,
    raters: inShownOrder(raters).slice(0, mostRaters),
    raterCount: raters.length,
    flaggedCount: raters.filter(({ flags, isExcluded }) => flags.length > 0 && !isExcluded).length,
    faults: faults && { ...faults, images: faults.images.slice(0, mostMarkedImages) },
  };
}

function inShownOrder(raters: readonly RaterQuality[]): RaterQuality[] {
  const isMarked = ({ flags, isExcluded }: RaterQuality) => Number(flags.length > 0 || isExcluded);
  return [...raters].sort((a, b) => isMarked(b) - isMarked(a) || (a.reliability ?? 1) - (b.reliability ?? 1));
}
