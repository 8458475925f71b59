/** `semblance evaluate`: scores generated images against real ones and their captions, on plain folders. */
import { basename, join } from "node:path";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { readWeights } from "@/lib/engine/runtime/read-weights";
import { dataPaths, env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { comparesPairs, parseMetricNames, usualMetrics } from "@/lib/metrics/catalogue/metric-catalogue";
import { drawEqualCounts } from "@/lib/metrics/equal-counts";
import { type Evaluation, evaluateImages } from "@/lib/metrics/evaluate-images";
import { listImages, pairWithReal, readCaptions } from "./image-list";
import { splitNames } from "./option-lists";
import { type Arm, scoresToCsv, scoresToLatex, scoresToText } from "./score-table";

export type EvaluateOptions = {
  /** Folder, text file with a path on each line, or an .npz of FID statistics. */
  real: string;
  /** One such, or several to be compared with the same real images; `NAME=FOLDER` gives one a name. */
  generated: string | readonly string[];
  /** See `readCaptions`. */
  captions?: string;
  /** Names separated by commas, or a list; default: fid,kid,clip-score. */
  metrics?: string | readonly string[];
  /** What to print; default: text. */
  format?: "text" | "json" | "csv" | "latex" | (string & {});
  /** The same as format json. */
  json?: boolean;
  /** Another CLIP in place of the installed ViT-B/32: a folder, or an id on the Hugging Face hub. */
  clip?: string;
  /** A file of Inception weights in place of the installed one. */
  inception?: string;
  /** A file of the demo's CLIP in place of the installed one. */
  demoClip?: string;
  /** Brings both kinds of images to squares of this side first; absent: they are compared as they are. */
  side?: number;
  /** Decides every resampling. */
  seed?: number;
  provider?: "auto" | ExecutionProvider;
  /** Where weights are; default: the data folder's. */
  weightsFolder?: string;
  /** Where features are kept between calls; default: the data folder's. Null: nowhere. */
  cacheFolder?: string | null;
  signal?: AbortSignal;
};

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * Prints a table; as JSON {"real", "generated", "scores", "leftOut"} for one set of generated images, and
 * {"real", "sets": [{"name", "generated", "scores", "leftOut"}]} for several. Progress goes to `progress`.
 *
 * @returns the exit code: 0, or 1 where none of the metrics could be computed
 * @throws SemblanceError as `listImages`, `readCaptions`, `parseMetricNames`, `evaluateImages`
 */
export async function evaluate(
  options: EvaluateOptions,
  output: Output = process.stdout,
  progress: Output = process.stderr,
): Promise<number> {
  const format = options.json ? "json" : (options.format ?? "text");
  if (!["text", "json", "csv", "latex"].includes(format)) {
    throw new SemblanceError("invalid_input", `"${format}" is not a format.`, {
      remedy: "Choose text, json, csv or latex.",
    });
  }
  const sets = await evaluateSets(options, progress);
  output.write(print(format, options.real, sets));
  return sets.some(({ scores }) => scores.some(({ value }) => value !== null)) ? 0 : 1;
}

export type EvaluatedSet = Arm & Evaluation & { readonly generated: string };

/**
 * Of several sets each is scored on as many images as the smallest has (see `drawEqualCounts`).
 *
 * @throws SemblanceError as `evaluate`
 */
export async function evaluateSets(
  options: Omit<EvaluateOptions, "format" | "json">,
  progress: Output,
): Promise<EvaluatedSet[]> {
  const metrics = parseMetricNames(splitNames(options.metrics ?? usualMetrics));
  const sources = typeof options.generated === "string" ? [options.generated] : options.generated;
  const realStatistics = options.real.endsWith(".npz") ? options.real : undefined;
  const warn = (message: string) => void progress.write(`${message}\n`);
  const real = realStatistics ? [] : await listImages(options.real, warn);
  const { provider } = await chooseExecutionProvider(options.provider ?? env().provider);
  const listed = [];
  for (const source of sources) {
    const [, name = null, generated = source] = /^([^=/]+)=(.+)$/.exec(source) ?? [];
    const files = await listImages(generated, warn);
    const captions = await readCaptions(files, options.captions, warn);
    const captioned = files.map((file, i) => ({ ...file, caption: captions[i]! }));
    const realIds = metrics.some(comparesPairs) ? await pairWithReal(captioned, real) : null;
    const images = captioned.map((file, i) => ({ ...file, realId: realIds?.[i] ?? null }));
    listed.push({ name: name ?? basename(generated), generated, images });
  }
  const drawn = drawEqualCounts(
    listed.map(({ images }) => images),
    options.seed ?? 0,
  );
  const sets = [];
  for (const [i, { name, generated }] of listed.entries()) {
    const { items, note } = drawn[i]!;
    const { scores, ...evaluation } = await evaluateImages({
      real,
      realStatistics,
      generated: items,
      metrics,
      sidePx: readSide(options.side),
      weightsFolder: options.weightsFolder ?? dataPaths().weights,
      replacements: {
        "clip-vit-b-32": options.clip,
        inception: options.inception,
        "demo-clip": options.demoClip,
      },
      cacheFolder:
        options.cacheFolder === undefined ? join(env().dataFolder, "features") : options.cacheFolder,
      readTensors: readWeights,
      provider,
      seed: options.seed,
      signal: options.signal,
      onProgress: progressPrinter(progress),
    });
    const noted = note ? scores.map((score) => ({ ...score, warnings: [note, ...score.warnings] })) : scores;
    sets.push({ name, generated, scores: noted, ...evaluation });
  }
  return sets;
}

function readSide(side: number | undefined): number | null {
  if (side === undefined) return null;
  if (Number.isInteger(side) && side >= 8 && side <= 4096) return side;
  throw new SemblanceError("invalid_input", `--side must be a whole number from 8 to 4096, not ${side}.`, {
    remedy: "Give the side length in pixels, such as 64 or 256.",
  });
}

function print(format: string, real: string, sets: readonly EvaluatedSet[]): string {
  if (format === "csv") return scoresToCsv(sets);
  if (format === "latex") return scoresToLatex(sets);
  if (format === "json") {
    const [first] = sets;
    const { name: _, ...only } = first!;
    return `${JSON.stringify(sets.length === 1 ? { real, ...only } : { real, sets })}\n`;
  }
  const leftOut = sets.flatMap((set) =>
    set.leftOut.map(({ reason }) => `left out of ${set.name}: ${reason}\n`),
  );
  const { computed, reused } = sets.reduce(
    (sum, { features }) => ({
      computed: sum.computed + features.computed,
      reused: sum.reused + features.reused,
    }),
    { computed: 0, reused: 0 },
  );
  const cached = reused > 0 ? `features: ${reused} of ${computed + reused} from the cache\n` : "";
  return scoresToText(sets) + leftOut.join("") + cached;
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
