/**
 * How long a verb takes to start, beside the same verb read from its TypeScript sources and beside Node alone.
 *
 *   node --import tsx bench/command-line.ts [--rounds 15]
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const rounds = Number(values.rounds);

const fromSources = 'import("./cli/semblance.ts").then(({ main }) => main(process.argv))';
const verbs = [
  { words: ["--version"], aimMs: 300 },
  { words: ["sample", "--help"], aimMs: 500 },
];

function timeMs(args: string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${stderr}`);
  return performance.now() - start;
}

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

let failed = false;
for (const { words, aimMs } of verbs) {
  const compiled = ["bin/semblance.mjs", ...words];
  const sources = ["--import", "tsx", "-e", fromSources, "semblance", ...words];
  // The first run compiles where a source has changed.
  timeMs(compiled);
  const times = { compiled: [] as number[], sources: [] as number[], node: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.compiled.push(timeMs(compiled));
    times.sources.push(timeMs(sources));
    times.node.push(timeMs(["-e", "0"]));
  }
  const [ours, read, node] = [median(times.compiled), median(times.sources), median(times.node)];
  const met = ours <= aimMs;
  failed ||= !met;
  console.log(
    `semblance ${words.join(" ")}: ${ours.toFixed(0)} ms (${met ? "met" : "NOT MET"}: ${aimMs} ms); ` +
      `${(ours / read).toFixed(2)} of the time from the sources (${read.toFixed(0)} ms), ` +
      `${(ours / node).toFixed(1)} times Node alone (${node.toFixed(0)} ms)`,
  );
}
process.exitCode = failed ? 1 : 0;
