/** The ratings of a leaderboard, which its page shows while the rest is still being computed. */
import { getRatings, type StudyRatings } from "@/lib/votes/leaderboard/get-ratings";
import type { LeaderboardRequest } from "./leaderboard";

export async function compute({ studyId, criterion, selection }: LeaderboardRequest): Promise<StudyRatings> {
  return getRatings(studyId, criterion, selection);
}
