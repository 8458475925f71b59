/**
 * Computes nothing: before somebody waits for results, their code is loaded, and their questions to the database are asked
 * once, which takes a second the first time.
 */
import { randomUUID } from "node:crypto";

export async function compute(): Promise<void> {
  const [{ getLeaderboardStudy }, { getLeaderboardHead }, { listVotes }] = await Promise.all([
    import("@/lib/votes/leaderboard/get-leaderboard-study"),
    import("@/lib/votes/leaderboard/get-leaderboard-head"),
    import("@/lib/votes/list/list-votes"),
    import("./ratings"),
    import("./leaderboard"),
  ]);
  const noStudy = randomUUID();
  await Promise.allSettled([
    getLeaderboardHead(noStudy),
    getLeaderboardStudy(noStudy),
    listVotes(noStudy, "none"),
  ]);
}
