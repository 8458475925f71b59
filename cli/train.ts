/** `semblance train`: fine-tunes a model, or trains one from scratch, on a folder of captioned images. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { memoryRemedy } from "@/jobs/estimate-run/memory-remedy";
import { trialTask } from "@/jobs/estimate-run/task";
import type { TrainEvent, TrainInput } from "@/jobs/fine-tune/engine";
import { trainTask } from "@/jobs/fine-tune/task";
import { shortenReport } from "@/lib/datasets/import-report";
import { readImageFolder } from "@/lib/datasets/read-image-folder";
import { preparationLines } from "@/lib/datasets/training/preparation-lines";
import { prepareTrainingImages } from "@/lib/datasets/training/prepare-training-images";
import { readModelOptions } from "@/lib/diffusion/model/open-model";
import type { CaptionedImage } from "@/lib/diffusion/training/captioned-image";
import { findContradictions } from "@/lib/diffusion/training/contradicting-settings";
import { copyWords, isCopy } from "@/lib/diffusion/training/copy-words";
import { type FineTuneSettings, fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { overfittingWords } from "@/lib/diffusion/training/overfitting-words";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import { hashFile } from "@/lib/platform/storage/hash-file";
import { counted } from "@/lib/text/counted";
import { estimateToText, secondsToText } from "./estimate-text";
import { listImages } from "./image-list";
import { cancelOnInterrupt } from "./interrupt";
import { readVocabulary } from "./read-vocabulary";
import { givenSettings, parseSettings, trainOptionNames } from "./setting-options";
import { describeFile, openSettingsFile, type SettingsFileOptions, saveSettingsFile } from "./settings-file";

export type TrainOptions = SettingsFileOptions & {
  readonly part?: string;
  /** Folder of the run: states, checkpoints, previews. The same one again continues the run. */
  readonly out?: string;
  /** Checkpoint to start from; absent: from scratch. */
  readonly from?: string;
  /** Which set of weights of that file, where it holds several. */
  readonly key?: string;
  /** JSON file of model options, if neither preset nor checkpoint determines them. */
  readonly modelOptions?: string;
  /** Default: the environment's. */
  readonly provider?: "auto" | ExecutionProvider;
  /** May be given several times. */
  readonly previewCaption?: string | readonly string[];
  /** Of the captions, such as de; default en. */
  readonly language?: string;
  /** Try the first steps, tell how long the run would take and how much memory it would need, and train nothing. */
  readonly estimate?: boolean;
  /** Text file of word lists for a balance; absent: the usual ones of the language. */
  readonly wordLists?: string;
  /** Print events as JSON, one per line. */
  readonly json?: boolean;
  /** The fields of fineTuneSettings. */
  readonly [setting: string]: unknown;
};

type Output = Pick<NodeJS.WriteStream, "write"> & { readonly isTTY?: boolean };

/**
 * Trains on the images of `folder` and tells how it goes. Interrupted (Ctrl-C, kill), the same command continues.
 *
 * @returns the exit code, 0
 * @throws SemblanceError for options out of range, naming them; as runEngineTask
 */
export async function train(
  folder: string,
  options: TrainOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  const { part, settings, notes } = await readRun(options);
  if (options.writeSettings !== undefined) {
    const start = options.from === undefined ? null : await describeFile(options.from);
    await saveSettingsFile(options.writeSettings, { part, start, settings });
    output.write(`${options.writeSettings}\n`);
    return 0;
  }
  const directory = resolve(options.out ?? "run");
  const say = options.json ? jsonReporter(output) : textReporter(output);
  const { images: found, remarks } = await readImageFolder(resolve(folder));
  const { images, ...preparation } = prepareTrainingImages(found, settings, await readVocabulary(options));
  const validation =
    settings.validationSet === "" ? null : await readImageFolder(resolve(settings.validationSet));
  const { provider, refusal } = await chooseExecutionProvider(options.provider ?? env().provider);
  const input = {
    part,
    startWeightsPath: options.from === undefined ? null : resolve(options.from),
    startKey: options.key,
    options: options.modelOptions === undefined ? null : await readModelOptions(options.modelOptions),
    images,
    ...(settings.classImages !== "" && { classImages: await readClassImages(settings) }),
    ...(validation && { validationImages: validation.images }),
    settings,
    provider,
    providerRefusal: refusal,
  };
  if (options.estimate) {
    output.write(await tryRun(input, options));
    return 0;
  }
  await mkdir(directory, { recursive: true });
  say({
    type: "log",
    message: `${counted(images.length, "image", "images")}, on ${provider}, into ${directory}`,
  });
  for (const { message } of [...notes, ...shortenReport([...remarks, ...(validation?.remarks ?? [])])])
    say({ type: "log", message });
  for (const message of preparationLines(preparation, settings)) say({ type: "log", message });

  const { path } = await cancelOnInterrupt(
    "The training was interrupted. Run the same command to continue.",
    async (signal) =>
      runEngineTask(
        trainTask,
        { ...input, directory },
        { signal, onEvent: say, onRestart: (message) => say({ type: "log", message }) },
      ),
  );
  say({ type: "log", message: `Done: ${path}` });
  return 0;
}

/** Tries the run's first steps in a folder that is removed. @returns what they say of the run, as text or JSON */
async function tryRun(
  input: Omit<TrainInput, "directory">,
  { json }: Pick<TrainOptions, "json">,
): Promise<string> {
  const { settings, provider } = input;
  const directory = await mkdtemp(join(tmpdir(), "semblance-trial-"));
  try {
    const task = { ...trialTask, savesMemory: memoryRemedy(settings, provider === "cpu") };
    const measures = await cancelOnInterrupt("The trial was interrupted.", (signal) =>
      runEngineTask(task, { ...input, directory }, { signal }),
    );
    return json ? `${JSON.stringify(measures)}\n` : estimateToText(measures, settings);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Run = {
  readonly part: "base" | "upsampler";
  readonly settings: FineTuneSettings;
  /** What of the settings file has no meaning here. */
  readonly notes: readonly { readonly message: string }[];
};

/** @throws SemblanceError as openSettingsFile; `invalid_input` for what contradicts, or a start that is not what the file names */
async function readRun(options: TrainOptions): Promise<Run> {
  const { from } = options;
  const given = givenSettings(fineTuneSettings, options, trainOptionNames);
  const file = await openSettingsFile(options.settings, given, false);
  const settings = parseSettings(fineTuneSettings, { ...file.settings, ...given }, trainOptionNames);
  const [contradiction] = findContradictions(settings, {
    isFromScratch: from === undefined,
    isUpsampler: (options.part ?? file.part) === "upsampler",
  });
  if (contradiction) {
    throw new SemblanceError("invalid_input", contradiction.message, { remedy: contradiction.remedy });
  }
  if (file.start && from === undefined) {
    throw new SemblanceError(
      "invalid_input",
      `The settings file starts from the model “${file.start.name}”.`,
      {
        remedy: "Give its file with --from.",
      },
    );
  }
  if (file.start?.sha256 && from && file.start.sha256 !== (await hashFile(resolve(from)))) {
    throw new SemblanceError("conflict", `${from} has other weights than the settings were written for.`, {
      remedy: "Give the right file with --from, or remove the start's sha256 from the settings file.",
    });
  }
  const unused = [
    ...(file.dataset ? [`the dataset “${file.dataset.name}”`] : []),
    ...(file.evaluation ? ["the evaluation"] : []),
  ].join(" and ");
  return {
    part: readPart(options.part ?? file.part),
    settings,
    notes: unused === "" ? [] : [{ message: `Not used of the settings file: ${unused}.` }],
  };
}

/** With a class prompt, the folder's images need no captions of their own. */
async function readClassImages({ classImages, classPrompt }: FineTuneSettings): Promise<CaptionedImage[]> {
  const folder = resolve(classImages);
  const listed = await listImages(folder).catch((error: unknown) => {
    if (!(error instanceof SemblanceError) || error.code !== "invalid_input") throw error;
    throw new SemblanceError("invalid_input", `The folder of class images, ${folder}, has no images.`, {
      remedy:
        "Give a folder with images of the class, or leave --class-images out to have them drawn from --class-prompt.",
    });
  });
  if (classPrompt === "") return (await readImageFolder(folder)).images;
  return listed.map(({ path, name }) => ({ path, name, captions: [classPrompt] }));
}

function readPart(part = "base"): "base" | "upsampler" {
  if (part === "base" || part === "upsampler") return part;
  throw new SemblanceError("invalid_input", `--part must be base or upsampler, not ${part}.`);
}

type Reporter = (event: TrainEvent) => void;

function jsonReporter(output: Output): Reporter {
  return (event) => void output.write(`${JSON.stringify(event)}\n`);
}

/** On a terminal one line that keeps changing; elsewhere about a hundred lines for a run. */
function textReporter(output: Output): Reporter {
  let openLine = false;
  const writeLine = (text: string) => {
    output.write(`${openLine ? "\n" : ""}${text}\n`);
    openLine = false;
  };
  return (event) => {
    switch (event.type) {
      case "loss": {
        const line = lossToText(event);
        if (output.isTTY) {
          output.write(`\r\x1b[K${line}`);
          openLine = true;
        } else if (event.step % Math.ceil(event.totalSteps / 100) === 0) writeLine(line);
        break;
      }
      case "preview":
        writeLine(`preview of "${event.caption}": ${event.pngPath}`);
        if (event.nearest && isCopy(event.nearest))
          writeLine(`warning: ${copyWords({ ...event, nearest: event.nearest })}`);
        break;
      case "class-images":
        if (event.done === event.total || event.done % Math.ceil(event.total / 20) === 0)
          writeLine(`class images: ${event.done} of ${event.total}, in ${event.folder}`);
        break;
      case "validation":
        for (const line of validationToLines(event)) writeLine(line);
        break;
      case "checkpoint":
        if (event.kind === "best")
          writeLine(`best checkpoint by validation, after step ${event.step}: ${event.path}`);
        else if (event.kind !== "resume")
          writeLine(`checkpoint after epoch ${event.epoch.toFixed(1)}: ${event.path}`);
        break;
      case "log":
        writeLine(event.message);
    }
  };
}

function validationToLines(event: Extract<TrainEvent, { type: "validation" }>): string[] {
  const { step, losses, bands, isAverage, isBest, overfitting } = event;
  const inBands = bands.map(({ heldOut }) => heldOut.toFixed(4)).join(" ");
  return [
    `validation after step ${step}: held-out images ${losses.heldOut.toFixed(4)}${isBest ? " (lowest so far)" : ""}, training images ${losses.training.toFixed(4)}; held-out by noise, least first: ${inBands} (${isAverage ? "average of the weights" : "weights of the step"})`,
    ...(overfitting ? [`warning: ${overfittingWords(overfitting)}`] : []),
  ];
}

function lossToText(event: Extract<TrainEvent, { type: "loss" }>): string {
  return [
    `step ${event.step}/${event.totalSteps}`,
    `loss ${event.loss.toFixed(4)}`,
    ...(event.consistencyLoss === undefined ? [] : [`consistency ${event.consistencyLoss.toFixed(3)}`]),
    `gradient ${event.gradientNorm.toFixed(3)}`,
    `rate ${Number(event.learningRate.toPrecision(3))}`,
    `${event.stepsPerSecond.toFixed(2)} steps/s`,
    `${secondsToText(event.secondsLeft)} left`,
  ].join("  ");
}
