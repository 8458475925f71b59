/**
 * How long the leaderboard of 100,000 votes on four arms takes with 1,000 replicates, beside numpy and scipy doing
 * the resampling alone where they are present.
 *
 *   node --import tsx bench/ratings-bootstrap.ts [--votes 100000] [--replicates 1000] [--rounds 5]
 *
 * docs/measurements/ratings-bootstrap.md keeps one run.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { impliedVotes } from "@/lib/ratings/statistics/arm-answer";
import { davidson } from "@/lib/ratings/statistics/davidson";
import { logStrengthsToRatings } from "@/lib/ratings/statistics/elo";
import { tableToLeaderboard } from "@/lib/ratings/statistics/leaderboard";
import { median } from "@/lib/ratings/statistics/quantiles";
import { simulateVotes } from "@/lib/ratings/statistics/simulate-study";
import { type Quantity, twoWayBootstrap } from "@/lib/ratings/statistics/two-way-bootstrap";
import { winners } from "@/lib/ratings/statistics/vote";
import { type VoteTable, votesToTable } from "@/lib/ratings/statistics/vote-table";
import { readVotes } from "@/lib/ratings/vote-files/read-votes";

const { values: flags } = parseArgs({
  options: {
    votes: { type: "string", default: "100000" },
    replicates: { type: "string", default: "1000" },
    rounds: { type: "string", default: "5" },
  },
});
const replicates = Number(flags.replicates);
const rounds = Number(flags.rounds);
const aimSeconds = 2;

const folder = mkdtempSync(join(tmpdir(), "semblance-bench-"));
try {
  const path = join(folder, "votes.csv");
  const voteCount = writeVotes(path, Number(flags.votes));
  const table = await readTable(path);
  const ratings = table.arms.map(
    (_, arm): Quantity =>
      ({ logStrength }) =>
        logStrengthsToRatings(logStrength)[arm]!,
  );
  console.log(
    `${voteCount} votes, ${table.arms.length} arms, ${table.captions.length} captions, ${table.raters.length} raters, ` +
      `${replicates} replicates; ${availableParallelism()} threads, load average ${loadavg()[0]!.toFixed(1)}`,
  );

  const resampling = await time(() =>
    twoWayBootstrap(table, davidson, ratings, { seed: 1, replicates, coverage: 0.95 }),
  );
  const leaderboard = await time(() => tableToLeaderboard(table, { replicates }));
  const withReading = await time(async () => tableToLeaderboard(await readTable(path), { replicates }));
  print("resampling alone", resampling.seconds);
  print("whole leaderboard", leaderboard.seconds);
  print("with reading the CSV", withReading.seconds);
  const slowest = median(withReading.seconds);
  console.log(`  aim: under ${aimSeconds} s: ${slowest < aimSeconds ? "met" : "NOT MET"}`);

  const interpreter = findNumpy();
  if (interpreter === null) {
    console.log("  no Python with numpy and scipy was found, so there is nothing to compare with");
  } else {
    comparePeer(interpreter, path, table, resampling);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function readTable(path: string): Promise<VoteTable> {
  const { questions } = await readVotes(path);
  return votesToTable(impliedVotes(questions[0]!.answers));
}

/** Writes at least `count` simulated votes on four arms; returns how many. */
function writeVotes(path: string, count: number): number {
  const captions = 500;
  const table = simulateVotes(
    {
      logStrength: [0, 0.3, 0.6, 1.2],
      leftAdvantage: 0.1,
      tieParameter: 0.7,
      captions,
      raters: 300,
      votesPerItem: Math.ceil(count / captions / 6),
      captionEffect: 0.4,
      raterEffect: 0.3,
      raterSideEffect: 0.2,
    },
    1,
  );
  const rows = Array.from({ length: table.voteCount }, (_, i) =>
    [
      table.captions[table.caption[i]!],
      table.raters[table.rater[i]!],
      table.arms[table.left[i]!],
      table.arms[table.right[i]!],
      winners[table.outcome[i]!],
    ].join(","),
  );
  writeFileSync(path, `caption,rater,left,right,winner\n${rows.join("\n")}\n`);
  return table.voteCount;
}

async function time<T>(work: () => T | Promise<T>): Promise<{ result: T; seconds: number[] }> {
  // The first run compiles and is not counted.
  let result = await work();
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    result = await work();
    seconds.push((performance.now() - started) / 1000);
  }
  return { result, seconds };
}

function comparePeer(
  interpreter: string,
  path: string,
  table: VoteTable,
  ours: { result: ReturnType<typeof twoWayBootstrap>; seconds: number[] },
): void {
  const script = join(import.meta.dirname, "peer", "ratings_bootstrap.py");
  const output = execFileSync(interpreter, [script, path, String(replicates)], { encoding: "utf8" });
  const peer = JSON.parse(output) as { seconds: number; numpy: string; ratings: Record<string, number[]> };
  const apart = table.arms.map((arm, i) =>
    Math.abs(peer.ratings[arm]![0]! - ours.result.estimates[i]!.value),
  );
  print(`numpy ${peer.numpy} and scipy, resampling alone`, [peer.seconds]);
  console.log(
    `  ratio ${(median(ours.seconds) / peer.seconds).toPrecision(2)}; ratings ${Math.max(...apart).toExponential(1)} Elo apart`,
  );
}

function findNumpy(): string | null {
  return (
    ["python3", "/usr/bin/python3"].find(
      (interpreter) =>
        spawnSync(interpreter, ["-c", "import numpy, scipy"], { stdio: "ignore" }).status === 0,
    ) ?? null
  );
}

function print(name: string, seconds: readonly number[]): void {
  const range =
    seconds.length > 1 ? ` (${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)})` : "";
  console.log(`  ${name}: ${median(seconds).toFixed(2)} s${range}`);
}
