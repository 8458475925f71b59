/** `semblance experiment`: the report's experiment from photographs to table and figures, on plain folders. */
import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { sampleTask } from "@/jobs/sample/task";
import { shortenReport } from "@/lib/datasets/import-report";
import { readImageFolder } from "@/lib/datasets/read-image-folder";
import { seedsOf } from "@/lib/diffusion/sampling/sample-settings";
import type { CaptionedImage } from "@/lib/diffusion/training/captioned-image";
import { ContentHashes } from "@/lib/diffusion/training/content-hashes";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { parseMetricNames } from "@/lib/metrics/catalogue/metric-catalogue";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import { hashFile } from "@/lib/platform/storage/hash-file";
import { counted } from "@/lib/text/counted";
import { compareFolders, isComplete, printerOf } from "./comparison-table";
import { chooseFigureCaptions, drawExperimentFigures } from "./experiment-figures";
import {
  captionsByFile,
  type Drawing,
  type ExperimentArm,
  experimentDrawing,
  experimentTraining,
  imageStem,
  listSides,
  type ModelPart,
  modelParts,
  photographStem,
  planArms,
} from "./experiment-plan";
import { cancelOnInterrupt } from "./interrupt";
import { defaultMetrics } from "./metric-list";
import { splitNames } from "./option-lists";
import { readSettingOptions } from "./setting-options";
import { train } from "./train";

export type ExperimentOptions = {
  /** Checkpoint of the original; absent: an original is trained from scratch. */
  readonly base?: string;
  readonly upsampler?: string;
  /** "20,40" */
  readonly epochs?: string;
  readonly scratchEpochs?: number;
  /** Names separated by commas. */
  readonly metrics?: string;
  readonly figureCaptions?: string;
  readonly out?: string;
  readonly clip?: string;
  readonly inception?: string;
  /** Where weights are; default: the data folder's. */
  readonly weightsFolder?: string;
  /** Where features are kept between calls; default: the data folder's. Null: nowhere. */
  readonly cacheFolder?: string | null;
  /** Default: the environment's. */
  readonly provider?: "auto" | ExecutionProvider;
  /** The fields of experimentTraining and experimentDrawing. */
  readonly [setting: string]: unknown;
};

type Output = Pick<NodeJS.WriteStream, "write"> & { readonly isTTY?: boolean };
/**
 * Fine-tunes base and upsampler, draws the first caption of every photograph with each pair of models, compares the
 * images with the photographs, and writes table and figures into `out`. What is there already is kept, so that the
 * same command continues an experiment that was cut short, and more epochs can be asked for later.
 *
 * @param photographs folder of images with their captions beside them
 * @returns the exit code: 0, or 1 where a figure of the table is missing
 * @throws SemblanceError `invalid_input` naming the option; `conflict` where `out` holds another experiment; as
 *   `train`, `runEngineTask` and `compareFolders`
 */
export async function experiment(
  photographs: string,
  options: ExperimentOptions = {},
  output: Output = process.stdout,
  progress: Output = process.stderr,
): Promise<number> {
  const training = readSettingOptions(experimentTraining, options);
  const drawing = readSettingOptions(experimentDrawing, options);
  const epochs = readEpochs(options.epochs ?? "20,40");
  const metrics = parseMetricNames(splitNames(options.metrics ?? defaultMetrics));
  const { images, remarks } = await readImageFolder(resolve(photographs));
  for (const { message } of shortenReport(remarks)) output.write(`${message}\n`);
  const shown = await chooseFigureCaptions(images, options.figureCaptions);
  const { provider } = await chooseExecutionProvider(options.provider ?? env().provider);
  const out = resolve(options.out ?? "experiment");
  await mkdir(join(out, "models"), { recursive: true });
  await keepRecord(out, photographs, images, options, { training, drawing });

  /** The model of a part after so many epochs; trained if it is not there. */
  const model = async (part: ModelPart, name: string, trainTo: number, from: string | undefined) => {
    const path = join(out, "models", `${part}-${name}.safetensors`);
    if (await exists(path)) return path;
    output.write(`\n${part} ${name}: training to epoch ${trainTo}\n`);
    const directory = join(out, "runs", `${part}-${from === undefined ? "original" : "fine-tuned"}`);
    // The upsampler is drawn from without guidance, so that it never meets the empty caption.
    const captionDropRate = part === "upsampler" ? 0 : training.captionDropRate;
    const settings = { ...training, captionDropRate, epochs: trainTo };
    await train(photographs, { ...settings, part, from, out: directory, provider }, output);
    await rename(join(directory, "checkpoints", "final.safetensors"), path);
    return path;
  };
  const originals: Partial<Record<ModelPart, string>> = {};
  for (const part of modelParts) {
    const given = options[part];
    const scratchEpochs = options.scratchEpochs ?? 20;
    originals[part] = given ? resolve(given) : await model(part, "original", scratchEpochs, undefined);
  }
  const original = originals as Record<ModelPart, string>;
  const tuned = new Map<number, Record<ModelPart, string>>();
  for (const epoch of epochs) {
    const base = await model("base", `${epoch}-epochs`, epoch, original.base);
    const upsampler = await model("upsampler", `${epoch}-epochs`, epoch, original.upsampler);
    tuned.set(epoch, { base, upsampler });
  }

  const arms = planArms(out, original, tuned);
  for (const arm of arms) {
    output.write(`\n${arm.group}, ${arm.name}: drawing ${counted(images.length, "caption", "captions")}\n`);
    await drawArm(arm, images, drawing, provider, output);
  }

  const captions = join(out, "captions.json");
  await writeFile(captions, `${JSON.stringify(captionsByFile(images, drawing), null, 2)}\n`);
  const table = await compareFolders(
    await listSides(arms, images, drawing),
    {
      real: photographs,
      metrics: metrics.join(","),
      captions,
      clip: options.clip,
      inception: options.inception,
      provider,
      weightsFolder: options.weightsFolder,
      cacheFolder: options.cacheFolder,
    },
    progress,
  );
  for (const [format, file] of Object.entries({
    csv: "table.csv",
    latex: "table.tex",
    markdown: "table.md",
  })) {
    await writeFile(join(out, file), printerOf(format)(table));
  }
  const figures = await drawExperimentFigures(out, arms, images, shown, drawing.firstSeed);
  output.write(`\n${printerOf("text")(table)}\n`);
  for (const file of ["table.csv", "table.tex", "table.md", ...figures]) output.write(`${join(out, file)}\n`);
  return isComplete(table) ? 0 : 1;
}

function readEpochs(list: string): number[] {
  const epochs = splitNames(list).map(Number);
  if (
    epochs.length > 0 &&
    epochs.every((epoch) => Number.isInteger(epoch) && epoch >= 1 && epoch <= 10_000)
  ) {
    return [...new Set(epochs)].sort((a, b) => a - b);
  }
  throw new SemblanceError("invalid_input", `--epochs must be whole numbers from 1 to 10000, not ${list}.`, {
    remedy: "Separate several by commas: --epochs 20,40.",
  });
}

/** Draws what the arm's folder lacks. */
async function drawArm(
  arm: ExperimentArm,
  images: readonly CaptionedImage[],
  settings: Drawing,
  provider: ExecutionProvider,
  output: Output,
): Promise<void> {
  await mkdir(arm.folder, { recursive: true });
  const requests: { captionId: string; caption: string; seed: number }[] = [];
  for (const image of images) {
    for (const seed of seedsOf(settings)) {
      if (await exists(join(arm.folder, `${imageStem(image, seed)}.png`))) continue;
      requests.push({ captionId: photographStem(image), caption: image.captions[0]!, seed });
    }
  }
  if (requests.length === 0) return;
  await cancelOnInterrupt("The experiment was interrupted. Run the same command to continue.", (signal) =>
    runEngineTask(
      sampleTask,
      {
        baseWeightsPath: arm.models.base,
        baseOptions: null,
        upsamplerWeightsPath: arm.models.upsampler,
        upsamplerOptions: null,
        requests,
        settings,
        outputDirectory: arm.folder,
        provider,
      },
      {
        signal,
        onEvent: (event) => {
          if (event.type === "image") output.write(`${event.path}\n`);
        },
        onRestart: (message) => void output.write(`${message}\n`),
      },
    ),
  );
}

/** Writes down what the experiment is made of; what was made of something else must not be taken for it. */
async function keepRecord(
  out: string,
  photographs: string,
  images: readonly CaptionedImage[],
  options: ExperimentOptions,
  settings: object,
): Promise<void> {
  const sha256Of = async (path: string | undefined) => {
    if (path === undefined) return null;
    return hashFile(resolve(path)).catch((cause) => {
      throw new SemblanceError("not_found", `${path} cannot be read.`, { remedy: "Check the path.", cause });
    });
  };
  const hashes = await ContentHashes.open(join(out, "hashes.json"));
  const record = {
    photographs: await Promise.all(
      images.map(async ({ path, name, captions }) => ({
        file: name ?? basename(path),
        sha256: await hashes.of(path).catch(() => null),
        captions,
      })),
    ),
    base: await sha256Of(options.base),
    upsampler: await sha256Of(options.upsampler),
    scratchEpochs: options.scratchEpochs ?? 20,
    ...settings,
  };
  await hashes.save();
  const path = join(out, "experiment.json");
  const kept = await readFile(path, "utf8").catch(() => null);
  const changes = kept === null ? [] : listChanges(parseRecord(kept, path), record);
  if (changes.length === 0) {
    await writeFile(`${path}.partial`, `${JSON.stringify(record, null, 2)}\n`);
    return rename(`${path}.partial`, path);
  }
  throw new SemblanceError("conflict", `${out} contains another experiment: ${changes.join("; ")}.`, {
    remedy: "Choose another folder with --out, or use the inputs in its experiment.json.",
    details: { changes, photographs },
  });
}

type ExperimentRecord = {
  readonly photographs: readonly { file: string; sha256?: string | null; captions: readonly string[] }[];
  readonly [part: string]: unknown;
};

function parseRecord(text: string, path: string): ExperimentRecord {
  try {
    const record = JSON.parse(text) as ExperimentRecord;
    if (Array.isArray(record?.photographs)) return record;
  } catch {
    // Said below.
  }
  throw new SemblanceError(
    "invalid_file",
    `${path} is damaged, so it is unknown which experiment is there.`,
    {
      remedy:
        "Choose another folder with --out. If you are sure that it is the same experiment, delete this file.",
    },
  );
}

/** Photographs that a message lists. */
const photographsShown = 3;

function listChanges(before: ExperimentRecord, now: ExperimentRecord): string[] {
  const changes: string[] = [];
  const old = new Map(before.photographs.map((photograph) => [photograph.file, photograph]));
  const changed = now.photographs.filter(({ file, ...content }) => {
    const { file: _, sha256, ...known } = old.get(file) ?? { file };
    // Records of earlier versions have no hashes.
    return !isDeepStrictEqual(sha256 === undefined ? { ...content, sha256: undefined } : content, {
      ...known,
      sha256,
    });
  });
  if (before.photographs.length !== now.photographs.length) {
    changes.push(
      `${counted(now.photographs.length, "photograph", "photographs")} instead of ${before.photographs.length}`,
    );
  } else if (changed.length > 0) {
    const names = changed.slice(0, photographsShown).map(({ file }) => file);
    const more = changed.length > names.length ? ` and ${changed.length - names.length} more` : "";
    changes.push(`changed contents or captions: ${names.join(", ")}${more}`);
  }
  for (const part of ["base", "upsampler"]) {
    if (before[part] !== now[part]) changes.push(`a different ${part} checkpoint`);
  }
  for (const part of ["scratchEpochs", "training", "drawing"]) {
    if (!isDeepStrictEqual(before[part], now[part])) changes.push(`different settings (${part})`);
  }
  return changes;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
