/** `semblance evaluate`: scores generated pictures against real ones and their captions, on plain folders. */
import { join } from "node:path";
import { readWeights } from "@/lib/diffusion/checkpoints/read-weights";
import { chooseExecutionProvider, type ExecutionProvider } from "@/lib/engine/execution-provider";
import { dataPaths, env } from "@/lib/env";
import { evaluatePictures } from "@/lib/metrics/evaluate-pictures";
import { type MetricName, metricCatalogue, parseMetricNames } from "@/lib/metrics/metric-catalogue";
import type { Score } from "@/lib/metrics/score";
import { listPictures, readCaptions } from "./picture-list";

export type EvaluateOptions = {
  /** Folder, or text file with a path on each line. */
  real: string;
  generated: string;
  /** See `readCaptions`. */
  captions?: string;
  /** Names separated by commas, or a list; default: fid,kid,clip-score. */
  metrics?: string | readonly string[];
  json?: boolean;
  /** Another CLIP in place of the installed ViT-B/32: a folder, or an id on the Hugging Face hub. */
  clip?: string;
  /** A file of Inception weights in place of the installed one. */
  inception?: string;
  /** Decides every resampling. */
  seed?: number;
  provider?: "auto" | ExecutionProvider;
  /** Where weights lie; default: the data folder's. */
  weightsFolder?: string;
  /** Where features are kept between calls; default: the data folder's. Null: nowhere. */
  cacheFolder?: string | null;
  signal?: AbortSignal;
};

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * Prints a table, or with `json` one object {"real", "generated", "scores", "leftOut"}; progress goes to `progress`.
 *
 * @returns the exit code: 0, or 1 where none of the metrics could be computed
 * @throws SemblanceError as `listPictures`, `readCaptions`, `parseMetricNames`, `evaluatePictures`
 */
export async function evaluate(
  options: EvaluateOptions,
  output: Output = process.stdout,
  progress: Output = process.stderr,
): Promise<number> {
  const metrics = parseMetricNames(splitNames(options.metrics ?? ["fid", "kid", "clip-score"]));
  const [real, generated] = [await listPictures(options.real), await listPictures(options.generated)];
  const captions = await readCaptions(generated, options.captions);
  const { provider } = await chooseExecutionProvider(options.provider ?? env().provider);
  const evaluation = await evaluatePictures({
    real,
    generated: generated.map((file, i) => ({ ...file, caption: captions[i]! })),
    metrics,
    weightsFolder: options.weightsFolder ?? dataPaths().weights,
    replacements: { "clip-vit-b-32": options.clip, inception: options.inception },
    cacheFolder: options.cacheFolder === undefined ? join(env().dataFolder, "features") : options.cacheFolder,
    readTensors: readWeights,
    provider,
    seed: options.seed,
    signal: options.signal,
    onProgress: progressPrinter(progress),
  });
  if (options.json) {
    output.write(`${JSON.stringify({ real: options.real, generated: options.generated, ...evaluation })}\n`);
  } else {
    output.write(scoresToText(evaluation.scores));
    for (const { reason } of evaluation.leftOut) output.write(`left out: ${reason}\n`);
  }
  return evaluation.scores.some(({ value }) => value !== null) ? 0 : 1;
}

function splitNames(names: string | readonly string[]): string[] {
  const list = typeof names === "string" ? names.split(",") : [...names];
  return list.map((name) => name.trim()).filter((name) => name !== "");
}

function scoresToText(scores: readonly Score[]): string {
  const header = ["metric", "value", "95% interval", "better", "real", "generated"];
  const rows = scores.map(({ metric, value, low, high, n1, n2 }) => [
    metric,
    value === null ? "–" : figure(value),
    low === null || high === null ? "–" : `${figure(low)} … ${figure(high)}`,
    metricCatalogue[metric as MetricName].better,
    n1 === 0 ? "–" : String(n1),
    String(n2),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const lines = [header, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  const notes = scores.flatMap(({ metric, warnings, remedy }) =>
    [...warnings, ...(remedy ? [remedy] : [])].map((note) => `${metric}: ${note}`),
  );
  return `${lines.join("\n")}\n${notes.length > 0 ? `\n${notes.join("\n")}\n` : ""}`;
}

/** Five digits, as many as any of the metrics deserves. */
function figure(value: number): string {
  return value.toPrecision(5);
}

/** One line per stage and tenth of it. */
function progressPrinter(output: Output) {
  let last = "";
  return ({ stage, done, total }: { stage: string; done: number; total: number }) => {
    const line = `${stage}  ${Math.floor((10 * done) / Math.max(1, total)) * 10}%`;
    if (line !== last && stage !== "done") output.write(`${line}\n`);
    last = line;
  };
}
