/**
 * `npm run bench`: how fast the engine is beside PyTorch on this machine.
 *
 * `npm run bench -- small training` runs the benchmarks whose names contain one of the words;
 * `npm run bench -- --provider webgpu` those of GLIDE on a graphics card, beside PyTorch on the same card.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { type Benchmark, type BenchmarkResult, largestDisagreement } from "./benchmark";
import { frechetBenchmark } from "./frechet-distance";
import { forwardBenchmark } from "./glide-forward";
import { trainingStepBenchmark } from "./glide-training-step";
import { inceptionBenchmark } from "./inception-features";
import type { Spread } from "./paired-runs";
import { findPyTorch, findPyTorchOnCard } from "./pytorch-peer";

const { values: options, positionals: words } = parseArgs({
  options: { provider: { type: "string", default: "cpu" } },
  allowPositionals: true,
});
const provider = options.provider as ExecutionProvider;

const onGraphicsCard: readonly Benchmark[] = [
  forwardBenchmark("small", { aim: null, rounds: 30 }),
  trainingStepBenchmark("small", { aim: null, batchSize: 4, rounds: 12 }),
  forwardBenchmark("glide", { aim: null, rounds: 15 }),
  trainingStepBenchmark("glide", { aim: null, batchSize: 1, rounds: 7 }),
];

const onProcessor: readonly Benchmark[] = [
  forwardBenchmark("small", { aim: 0.8, rounds: 30 }),
  trainingStepBenchmark("small", { aim: 1.35, batchSize: 4, rounds: 12 }),
  forwardBenchmark("glide", { aim: 0.65, rounds: 7 }),
  inceptionBenchmark({ aim: 1 / 2.2, rounds: 7 }),
  frechetBenchmark({ aim: 1 / 100, rounds: 9 }),
];

/** Benchmarks that are separate programs, with their own aims: those of the processor, and that of a graphics card. */
const programsOnCard = [{ name: "graphics card", file: "graphics-card.ts" }] as const;
const programsOnProcessor = [
  { name: "ratings bootstrap", file: "ratings-bootstrap.ts" },
  { name: "rating load", file: "rating-load.ts" },
  { name: "growth", file: "growth.ts" },
  { name: "next pair", file: "next-pair.ts" },
  { name: "command line", file: "command-line.ts" },
] as const;

const threads = availableParallelism();
const interpreter = provider === "cpu" ? findPyTorch() : findPyTorchOnCard().interpreter;
const isWanted = ({ name }: { readonly name: string }) =>
  words.length === 0 || words.some((word) => name.includes(word));

console.log(
  interpreter === null
    ? `${threads} threads; there is no comparison: ${provider === "cpu" ? "no Python with torch was found (Debian: python3-torch)" : findPyTorchOnCard().reason}`
    : `${threads} threads; ours and PyTorch in turn, medians (fastest to slowest)`,
);
for (const benchmark of (provider === "cpu" ? onProcessor : onGraphicsCard).filter(isWanted)) {
  const folder = await mkdtemp(join(tmpdir(), "semblance-bench-"));
  try {
    console.log(`\n${benchmark.name}`);
    printResult(benchmark, await benchmark.run({ interpreter, threads, provider, folder }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

for (const { name, file } of (provider === "cpu" ? programsOnProcessor : programsOnCard).filter(isWanted)) {
  console.log(`\n${name}`);
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { status } = spawnSync(process.execPath, [...process.execArgv, path], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}

function printResult({ aim }: Benchmark, { times, agreement, peer }: BenchmarkResult): void {
  console.log(`  ours     ${spread(times.ours, " ms")}`);
  if (times.peer === null || times.ratio === null || peer === null || agreement === null) return;
  const apart = agreement > largestDisagreement;
  const size = peer.parameters > 0 ? `, ${peer.parameters} parameters` : "";
  console.log(`  ${peer.library.padEnd(8)} ${spread(times.peer, " ms")}   ${peer.version}${size}`);
  console.log(
    `  ratio    ${spread(times.ratio, "")}   of the fastest runs ${digits(times.ours.min / times.peer.min)}`,
  );
  console.log(`  results  ${agreement.toExponential(1)} apart${apart ? ": NOT THE SAME COMPUTATION" : ""}`);
  const verdict =
    aim === null ? "none" : `${digits(aim)}: ${times.ratio.median <= aim && !apart ? "met" : "NOT MET"}`;
  console.log(`  goal     ${verdict}   (${times.rounds} rounds, load average ${loadavg()[0]!.toFixed(1)})`);
}

function spread({ median, min, max }: Spread, unit: string): string {
  return `${digits(median)}${unit} (${digits(min)} to ${digits(max)})`;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
