/**
 * How long `semblance rank` takes, the whole process: on 100,000 votes of four arms with 1,000 replicates, in turn with
 * numpy doing the resampling alone where it is present; and on 40,000 votes of 200 arms.
 *
 *   node --import tsx bench/ratings-bootstrap.ts [--votes 100000] [--replicates 1000] [--rounds 5]
 *
 * docs/measurements/ratings-bootstrap.md keeps one run.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type SimulatedStudy, simulateVotes } from "@/lib/statistics/simulate-study";
import { winners } from "@/lib/statistics/vote";
import { type Spread, timePairs } from "./paired-runs";

const { values: flags } = parseArgs({
  options: {
    votes: { type: "string", default: "100000" },
    replicates: { type: "string", default: "1000" },
    rounds: { type: "string", default: "5" },
  },
});
const rounds = Number(flags.rounds);
const root = join(import.meta.dirname, "..");
const aimMs = { resampled: 2000, manyArms: 10_000 };
/** Both minimise the same function, to more digits than this. */
const mostEloApart = 0.01;

type Difference = readonly [first: string, second: string, elo: number];

const effects = { captionEffect: 0.4, raterEffect: 0.3, raterSideEffect: 0.2 };
const common = { ...effects, leftAdvantage: 0.1, tieParameter: 0.7 };
const folder = mkdtempSync(join(tmpdir(), "semblance-bench-"));
try {
  console.log(
    `${availableParallelism()} threads, load average ${loadavg()[0]!.toFixed(1)}; medians (fastest to slowest)`,
  );
  const captions = 500;
  const few = writeVotes("four-arms.csv", {
    ...common,
    logStrength: [0, 0.3, 0.6, 1.2],
    captions,
    raters: 300,
    votesPerItem: Math.ceil(Number(flags.votes) / captions / 6),
  });
  await compareWithNumpy(few);
  const many = writeVotes("many-arms.csv", {
    ...common,
    logStrength: Array.from({ length: 200 }, (_, arm) => arm / 100),
    opponents: 8,
    captions: 50,
    raters: 100,
    votesPerItem: 1,
  });
  const ours = () => Promise.resolve(timed(process.execPath, ["bin/semblance.mjs", "rank", many.path]).ms);
  const { ours: spread } = await timePairs(ours, null, { rounds: Math.min(rounds, 3), warmUps: 1 });
  console.log(`${many.votes} votes of 200 arms`);
  printAim("rank", spread, aimMs.manyArms);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compareWithNumpy({ path, votes }: { path: string; votes: number }): Promise<void> {
  console.log(`${votes} votes of 4 arms, ${flags.replicates} replicates`);
  const interpreter = findNumpy();
  const results: { ours: Difference[]; peer: Difference[] } = { ours: [], peer: [] };
  const ours = async () => {
    const words = ["rank", path, "--replicates", flags.replicates, "--json"];
    const { ms, output } = timed(process.execPath, ["bin/semblance.mjs", ...words]);
    const { differences } = JSON.parse(output) as {
      differences: { first: string; second: string; estimate: number }[];
    };
    results.ours = differences.map(({ first, second, estimate }) => [first, second, estimate]);
    return ms;
  };
  const peer =
    interpreter === null
      ? null
      : async () => {
          const script = join(import.meta.dirname, "peer", "ratings_bootstrap.py");
          const { ms, output } = timed(interpreter, [script, path, flags.replicates]);
          results.peer = (JSON.parse(output) as { differences: Difference[] }).differences;
          return ms;
        };
  const times = await timePairs(ours, peer, { rounds, warmUps: 1 });
  printAim("rank", times.ours, aimMs.resampled);
  if (times.peer === null || times.ratio === null) {
    console.log("  no Python with numpy was found, so there is no comparison");
    return;
  }
  console.log(`  numpy, resampling alone: ${seconds(times.peer)}`);
  const apart = eloApart(results.ours, results.peer);
  const verdict = apart < mostEloApart ? "" : ": NOT THE SAME COMPUTATION";
  console.log(
    `  ratio ${times.ratio.median.toPrecision(2)}; differences ${apart.toExponential(1)} Elo apart${verdict}`,
  );
  if (apart >= mostEloApart) process.exitCode = 1;
}

function eloApart(ours: readonly Difference[], peer: readonly Difference[]): number {
  const own = new Map(
    ours.flatMap(([first, second, elo]) => [
      [`${first} ${second}`, elo] as const,
      [`${second} ${first}`, -elo] as const,
    ]),
  );
  return Math.max(...peer.map(([first, second, elo]) => Math.abs(own.get(`${first} ${second}`)! - elo)));
}

function writeVotes(name: string, study: SimulatedStudy): { path: string; votes: number } {
  const table = simulateVotes(study, 1);
  const rows = Array.from({ length: table.voteCount }, (_, i) =>
    [
      table.captions[table.caption[i]!],
      table.raters[table.rater[i]!],
      table.arms[table.left[i]!],
      table.arms[table.right[i]!],
      winners[table.outcome[i]!],
    ].join(","),
  );
  const path = join(folder, name);
  writeFileSync(path, `caption,rater,left,right,winner\n${rows.join("\n")}\n`);
  return { path, votes: table.voteCount };
}

function timed(command: string, args: readonly string[]): { ms: number; output: string } {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return { ms: performance.now() - start, output: stdout };
}

function findNumpy(): string | null {
  return (
    ["python3", "/usr/bin/python3"].find(
      (interpreter) => spawnSync(interpreter, ["-c", "import numpy"], { stdio: "ignore" }).status === 0,
    ) ?? null
  );
}

function printAim(name: string, spread: Spread, mostMs: number): void {
  const isMet = spread.median <= mostMs;
  console.log(`  ${name}: ${seconds(spread)}; goal ${mostMs / 1000} s: ${isMet ? "met" : "NOT MET"}`);
  if (!isMet) process.exitCode = 1;
}

function seconds({ median, min, max }: Spread): string {
  const [middle, fastest, slowest] = [median, min, max].map((ms) => (ms / 1000).toFixed(2));
  return `${middle} s (${fastest} to ${slowest})`;
}
