/** Results of a study with many answers: its leaderboard and its files. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compute as computeLeaderboard } from "@/lib/computations/leaderboard";
import { compute as computeRatings } from "@/lib/computations/ratings";
import { exportResult, exportVotes } from "@/lib/votes/files/export-study";
import { resultsRevision } from "@/lib/votes/leaderboard/results-revision";
import { zipRelease } from "@/lib/votes/release/release-study";
import { answeredStudy } from "./answered-study";
import { growthRow, memory } from "./growth-row";

const votes = 200_000;
const prepare = answeredStudy;

const leaderboard = growthRow({
  name: "leaderboard",
  size: votes,
  unit: "votes",
  prepare,
  measure: async ({ studyId }, _size, timed) => {
    const request = { studyId, criterion: undefined, selection: {} };
    // The page asks for both at once, in two processes.
    const ratings = await timed(() => computeRatings(request));
    const whole = await timed(() => computeLeaderboard(request));
    // What remains where the leaderboard is known, as for its CSV file after the page.
    return { ratings, whole, again: await timed(() => resultsRevision(studyId)) };
  },
  figures: [
    { name: "ratings", unit: "s", most: 3 },
    { name: "whole", unit: "s", most: 10 },
    { name: "again", unit: "s", most: 0.5 },
    memory(1500),
  ],
});

const onCommandLine = growthRow({
  name: "study leaderboard",
  size: votes,
  unit: "votes",
  prepare,
  measure: async ({ studyId }, _size, timed) => ({
    csv: await timed(() => exportResult("leaderboard.csv", studyId)),
  }),
  figures: [{ name: "csv", unit: "s", most: 3 }, memory(1500)],
});

const votesFile = growthRow({
  name: "votes.csv",
  size: votes,
  unit: "votes",
  prepare,
  measure: async ({ studyId }, size, timed) => {
    const pieces = exportVotes(studyId);
    const first = await timed(() => pieces.next());
    const rest = await timed(async () => {
      for await (const _piece of pieces);
    });
    return { first, whole: first + rest, rate: size / (first + rest) };
  },
  figures: [
    { name: "first", unit: "s", most: 1 },
    { name: "whole", unit: "s" },
    { name: "rate", unit: "rows/s", least: 20_000 },
    memory(600),
  ],
});

const release = growthRow({
  name: "release.zip",
  size: votes,
  unit: "votes",
  prepare,
  measure: async ({ studyId }, size, timed) => {
    const folder = await mkdtemp(join(tmpdir(), "semblance-bench-"));
    try {
      const start = process.cpuUsage();
      let first = Number.POSITIVE_INFINITY;
      const seconds = await timed(() =>
        zipRelease(studyId, "growth", join(folder, "release.zip"), (bytes) => {
          const { user, system } = process.cpuUsage(start);
          if (bytes > 0) first = Math.min(first, (user + system) / 1e6);
        }),
      );
      return { first, whole: seconds, rate: size / seconds };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  figures: [
    { name: "first", unit: "s", most: 1 },
    { name: "whole", unit: "s" },
    { name: "rate", unit: "rows/s", least: 20_000 },
    memory(600),
  ],
});

export const ratingRows = [leaderboard, onCommandLine, votesFile, release];
