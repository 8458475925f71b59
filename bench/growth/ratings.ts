/**
 * Results of a study with many answers, by the clock, as people wait for them: in the processes and with the command of an
 * installation, which are compiled. The machine should do nothing else.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ComputationName } from "@/lib/computations/registry";
import { createComputingPool, usualPoolOptions } from "@/lib/platform/computing/computing-pool";
import { resultsRevision } from "@/lib/votes/leaderboard/results-revision";
import { compileCommandLine, compileProcesses } from "@/scripts/compile-sources.mjs";
import { answeredStudy } from "./answered-study";
import { growthRow, memory } from "./growth-row";
import { highestMemoryMb } from "./processor-time";

const root = fileURLToPath(new URL("../..", import.meta.url));
const votes = 200_000;
const prepare = answeredStudy;

type Run = (
  name: ComputationName,
  input: unknown,
) => Promise<{ seconds: number; secondsToFirstByte: number }>;

/** @param work its computations run in processes as the web server has them when it has started */
async function inProcesses<Figures extends object>(
  work: (run: Run) => Promise<Figures>,
): Promise<Figures & { memory: number }> {
  await compileProcesses(root);
  const entry = new URL("../../lib/computations/process.ts", import.meta.url);
  const pool = createComputingPool({ ...usualPoolOptions, entry });
  const run: Run = async (name, input) => {
    const start = performance.now();
    let firstAt = Number.POSITIVE_INFINITY;
    const { dispose } = await pool.run({
      name,
      input,
      owner: "growth",
      limitMs: 3600e3,
      isLong: false,
      request: { requestId: "growth", address: null, actor: "growth" },
      onWritten: () => {
        firstAt = Math.min(firstAt, performance.now());
      },
    });
    const seconds = (performance.now() - start) / 1000;
    await dispose();
    return { seconds, secondsToFirstByte: (firstAt - start) / 1000 };
  };
  try {
    await run("get-ready", null);
    const figures = await work(run);
    return { ...figures, memory: highestMemoryMb() };
  } finally {
    pool.close();
  }
}

const leaderboard = growthRow({
  name: "leaderboard",
  size: votes,
  unit: "votes",
  prepare,
  measure: ({ studyId }) =>
    inProcesses(async (run) => {
      const request = { studyId, criterion: undefined, selection: {} };
      // The page asks for both at once, in two processes.
      const ratings = await run("ratings", request);
      const next = await run("ratings", request);
      const whole = await run("leaderboard", request);
      // What remains where the leaderboard is known, as for its CSV file after the page.
      const start = performance.now();
      await resultsRevision(studyId);
      const again = (performance.now() - start) / 1000;
      return { ratings: ratings.seconds, next: next.seconds, whole: whole.seconds, again };
    }),
  figures: [
    { name: "ratings", unit: "s", most: 3 },
    { name: "next", unit: "s", most: 3 },
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
  measure: async (_prepared, size) => {
    await compileCommandLine(root);
    const folder = await mkdtemp(join(tmpdir(), "semblance-bench-"));
    try {
      const start = performance.now();
      const args = ["bin/semblance.mjs", "study", "leaderboard", `answered ${size}`];
      const command = spawn(process.execPath, [...args, "--out", join(folder, "leaderboard.csv")], {
        cwd: root,
        stdio: ["ignore", "ignore", "inherit"],
      });
      let highest = 0;
      const looking = setInterval(() => {
        highest = Math.max(highest, highestMemoryMb());
      }, 100);
      const [status] = await once(command, "close");
      clearInterval(looking);
      if (status !== 0) throw new Error(`The command ended with ${status}.`);
      return { csv: (performance.now() - start) / 1000, memory: highest };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  figures: [{ name: "csv", unit: "s", most: 3 }, memory(1500)],
});

const file = (name: "votes.csv" | "release.zip", computation: ComputationName) =>
  growthRow({
    name,
    size: votes,
    unit: "votes",
    prepare,
    measure: ({ studyId }, size) =>
      inProcesses(async (run) => {
        const { seconds, secondsToFirstByte } = await run(computation, {
          studyId,
          criterion: undefined,
          actor: "growth",
        });
        return { first: secondsToFirstByte, whole: seconds, rate: size / seconds };
      }),
    figures: [
      { name: "first", unit: "s", most: 1 },
      { name: "whole", unit: "s" },
      { name: "rate", unit: "rows/s", least: 20_000 },
      memory(600),
    ],
  });

export const ratingRows = [
  leaderboard,
  onCommandLine,
  file("votes.csv", "votes-file"),
  file("release.zip", "release"),
];
