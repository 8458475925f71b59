/**
 * Everything that a machine with a graphics card can tell, in at most ten minutes and one file of JSON:
 *
 *   node --import tsx bench/graphics-card.ts [--out graphics-card.json] [--seconds 560] [--cases FOLDER] [--rehearse]
 *   node --import tsx bench/graphics-card.ts --experiment PHOTOGRAPHS [--base FILE] [--upsampler FILE] [--keep FOLDER]
 *
 * The adapter; the kernels' correctness and rates at GLIDE's shapes, beside PyTorch's; what dispatches, transfers and
 * updates cost; whether the reference cases of FOLDER (`semblance verify`) pass on the card; times of forward passes and
 * training steps beside PyTorch's, and the card's memory meanwhile; how long the report's experiment would take by them.
 * The most informative parts come first; each is written as soon as it is known, so that a crash or the end of the time
 * leaves what was measured. `--experiment` runs the report's experiment instead, however long it takes, and adds its times
 * to the file. `--rehearse` takes shapes and models that a driver in software can compute; its times mean nothing, and with
 * less than `--seconds 600` it leaves out the models; those at 256 pixels want `--seconds 7200`. What to carry to a bare
 * machine: docs/how-to/measure-a-graphics-card.md.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cardTuning, softwareTuning } from "@/lib/engine/webgpu/kernels/tiling";
import type { Benchmark } from "./benchmark";
import { TimedCard } from "./graphics-card/card";
import { estimateFromReport } from "./graphics-card/experiment-estimate";
import { glideCases, rehearsalCases } from "./graphics-card/kernel-cases";
import {
  measureCase,
  measureDispatches,
  measureTransfers,
  measureUpdate,
} from "./graphics-card/measure-kernels";
import { peerRates } from "./peer-card-rates";
import { findPyTorch, findPyTorchOnCard } from "./pytorch-peer";

const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: "graphics-card.json" },
    seconds: { type: "string", default: "560" },
    cases: { type: "string", default: fileURLToPath(new URL("../../shared/parity", import.meta.url)) },
    rehearse: { type: "boolean", default: false },
    experiment: { type: "string" },
    base: { type: "string" },
    upsampler: { type: "string" },
    keep: { type: "string" },
  },
});

const start = performance.now();
const elapsedSeconds = () => (performance.now() - start) / 1000;
/** Kernels may use this share of the time; the models need the rest. */
const shareOfKernels = 0.5;

// A rehearsal compares with what PyTorch computes on the processor.
const onCard = findPyTorchOnCard();
const interpreter = options.rehearse ? findPyTorch() : onCard.interpreter;
if (onCard.reason !== null) console.log(`PyTorch's times on the card are skipped: ${onCard.reason}`);
const report: Record<string, unknown> = {
  ...(options.experiment !== undefined && earlierReport()),
  at: new Date().toISOString(),
  rehearsal: options.rehearse,
  node: process.version,
  pytorch: onCard.reason === null ? "on the card" : `skipped: ${onCard.reason}`,
  problems: [] as string[],
};

/** What `--out` holds of an earlier call. */
function earlierReport(): Record<string, unknown> {
  return existsSync(options.out) ? JSON.parse(readFileSync(options.out, "utf8")) : {};
}

function save(): void {
  report.seconds = elapsedSeconds();
  writeFileSync(options.out, `${JSON.stringify(report, null, 1)}\n`);
}

/** Adds a part to the report, or what went wrong with it; skips it where less than `needs` seconds are left. */
async function part(name: string, needs: number, measure: () => Promise<unknown>): Promise<void> {
  const left = Number(options.seconds) - elapsedSeconds();
  if (left < needs) {
    console.log(`${name}: skipped, ${left.toFixed(0)} s are left and it may need ${needs}`);
    report[name] = "skipped";
  } else {
    try {
      report[name] = await measure();
      console.log(`${name}: done after ${elapsedSeconds().toFixed(0)} s`);
    } catch (error) {
      console.log(`${name}: ${String(error)}`);
      (report.problems as string[]).push(`${name}: ${String(error)}`);
    }
  }
  save();
}

/** Megabytes in use on NVIDIA's first card; null without its tool. */
function usedMegabytes(): number | null {
  try {
    const query = ["--query-gpu=memory.used", "--format=csv,noheader,nounits"];
    return Number(execFileSync("nvidia-smi", query, { stdio: "pipe" }).toString().split("\n")[0]);
  } catch {
    return null;
  }
}

/** A benchmark's result, and the most memory that the card had in use during it, PyTorch's share included. */
async function runBenchmark(benchmark: Benchmark) {
  const folder = await mkdtemp(join(tmpdir(), "semblance-card-"));
  let mostMegabytes = usedMegabytes();
  const before = mostMegabytes;
  const watch = setInterval(() => {
    if (mostMegabytes !== null) mostMegabytes = Math.max(mostMegabytes, usedMegabytes() ?? 0);
  }, 1000);
  try {
    const setting = { interpreter, threads: availableParallelism(), provider: "webgpu", folder } as const;
    return { ...(await benchmark.run(setting)), memoryMegabytes: { before, most: mostMegabytes } };
  } finally {
    clearInterval(watch);
    await rm(folder, { recursive: true, force: true });
  }
}

async function verifyCases(folder: string) {
  const { verifyCase } = await import("@/lib/verification/verification");
  const wanted = options.rehearse ? ["accumulate-tiny"] : modelCases(folder);
  const verdicts: Record<string, unknown> = {};
  for (const name of wanted) {
    try {
      verdicts[name] = await verifyCase(join(folder, name), "webgpu");
    } catch (error) {
      verdicts[name] = String(error);
    }
  }
  return verdicts;
}

/** With the seconds that each may need. Loaded late: the kernels are measured also where ONNX Runtime is missing. */
async function modelBenchmarks(): Promise<readonly (readonly [needs: number, Benchmark])[]> {
  const { forwardBenchmark } = await import("./glide-forward");
  const { sampleBenchmark } = await import("./glide-sample");
  const { trainingStepBenchmark } = await import("./glide-training-step");
  if (options.rehearse) {
    return [
      [120, forwardBenchmark("tiny", { aim: null, rounds: 1 })],
      [600, trainingStepBenchmark("tiny", { aim: null, batchSize: 1, rounds: 1 })],
      [1800, forwardBenchmark("tiny", { aim: null, rounds: 1, kind: "upsampler" })],
      [3600, sampleBenchmark("tiny", { aim: null, rounds: 1, warmUps: 0, steps: 2 })],
    ];
  }
  return [
    [30, forwardBenchmark("small", { aim: null, rounds: 10 })],
    [30, trainingStepBenchmark("small", { aim: 2, batchSize: 4, rounds: 6 })],
    [60, trainingStepBenchmark("glide", { aim: 2, batchSize: 1, rounds: 5 })],
    [40, forwardBenchmark("glide", { aim: 1.5, rounds: 8 })],
    [40, forwardBenchmark("glide", { aim: 1.5, rounds: 6, kind: "upsampler" })],
    [60, trainingStepBenchmark("glide", { aim: null, batchSize: 1, rounds: 3, kind: "upsampler" })],
    [60, sampleBenchmark("glide", { aim: 1.5, rounds: 1, warmUps: 1, steps: 25 })],
    [80, trainingStepBenchmark("glide", { aim: 2, batchSize: 8, rounds: 3 })],
  ];
}

const modelCases = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith("-tiny.json") || name === "clip-guided.expected.safetensors")
    .map((name) => name.split(".")[0]!);

if (options.experiment !== undefined) {
  const { runExperiment } = await import("./graphics-card/report-experiment");
  const { base, upsampler, keep: out = null, rehearse: isRehearsal } = options;
  await part("experiment", Number.NEGATIVE_INFINITY, () =>
    runExperiment(options.experiment!, { base, upsampler, out, isRehearsal }),
  );
  process.exit((report.problems as string[]).length > 0 ? 1 : 0);
}

const card = await TimedCard.open();
report.adapter = card.description;
console.log(card.description.name, options.rehearse ? "(a rehearsal: times mean nothing)" : "");
save();

const [tuning, cases] = options.rehearse ? [softwareTuning, rehearsalCases()] : [cardTuning, glideCases()];
await part("dispatches", 5, () => measureDispatches(card, options.rehearse ? 100 : 2000));
await part("transfers", 10, () => measureTransfers(card, options.rehearse ? 2 ** 20 : 2 ** 28));
await part("kernels", 20, async () => {
  const results = [];
  for (const kernelCase of cases) {
    if (elapsedSeconds() > shareOfKernels * Number(options.seconds)) break;
    const result = await measureCase(card, kernelCase, tuning);
    results.push(result);
    report.kernels = results;
    save();
    const rate = result.best?.teraflops.toFixed(2) ?? "no result";
    console.log(`${result.name}: ${rate} TFLOP/s, as planned ${result.planned?.teraflops.toFixed(2)}`);
  }
  return results;
});
await part("update", 10, () => measureUpdate(card, options.rehearse ? 5000 : 385_000_000));
await part("pytorchConvolutions", 20, () => peerRates(interpreter, options.rehearse));
report.driverMessages = card.failures;
card.device.destroy();

if (existsSync(options.cases)) {
  await part("verification", options.rehearse ? 240 : 20, () => verifyCases(options.cases));
}
let models: Awaited<ReturnType<typeof modelBenchmarks>> = [];
await part("modelsFound", 0, async () => {
  models = await modelBenchmarks();
  return true;
});
for (const [needs, benchmark] of models) {
  await part(benchmark.name, needs, () => runBenchmark(benchmark));
}
await part("experimentEstimate", 0, async () => estimateFromReport(report));
console.log(`${elapsedSeconds().toFixed(0)} s, written to ${options.out}`);
process.exitCode = (report.problems as string[]).length > 0 ? 1 : 0;
