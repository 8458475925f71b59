/** What `semblance fine-tune start` starts: its settings file, and the options that replace parts of it. */
import type { z } from "zod";
import { readSplit } from "@/lib/datasets/split-choice";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import { startFineTuneInput } from "@/lib/fine-tunes/fine-tune-fields";
import { runEvaluation } from "@/lib/fine-tunes/run-evaluation";
import { fromSettingsFile } from "@/lib/fine-tunes/settings-file/fine-tune-file";
import type { SettingsFile } from "@/lib/fine-tunes/settings-file/settings-file";
import { findByName } from "./find-by-name";
import { parseOptions, readSides, splitNames } from "./option-lists";
import { givenSettings, parseSettings } from "./setting-options";
import { openSettingsFile, type SettingsFileOptions } from "./settings-file";

export type FineTuneOptions = SettingsFileOptions & {
  dataset?: string;
  from?: string;
  part?: string;
  wait?: boolean;
  /** Try the first steps, and start nothing. */
  estimate?: boolean;
  evaluateAtEpochs?: string;
  evaluateCaptions?: number;
  evaluateDataset?: string;
  evaluateSplit?: string;
  evaluateWith?: string;
  evaluateMetrics?: string;
  evaluateSides?: string;
  [setting: string]: unknown;
};

/**
 * @throws SemblanceError as openSettingsFile, findByName and parseOptions; `conflict` where a dataset or model of the file has
 *   other contents here
 */
export async function readFineTune(
  name: string | undefined,
  options: FineTuneOptions,
): Promise<z.output<typeof startFineTuneInput>> {
  const given = givenSettings(fineTuneSettings, options);
  const file = await openSettingsFile(options.settings, given, options.from !== undefined);
  if (name === undefined && file.name === undefined && !options.estimate) throw missingName();
  const { evaluation, ...wanted } = await fromSettingsFile(withoutReplaced(file, options), (doubt) => {
    throw doubt;
  });
  const { dataset, from, part } = options;
  const datasetId =
    dataset === undefined && wanted.datasetId ? wanted.datasetId : (await findByName("dataset", dataset)).id;
  return startFineTuneInput.parse({
    name: name ?? wanted.name ?? "estimate",
    part: part === undefined ? (wanted.part ?? "BASE") : readPart(part),
    datasetId,
    startCheckpointId:
      from === undefined ? wanted.startCheckpointId : (await findByName("checkpoint", from)).id,
    settings: parseSettings(fineTuneSettings, { ...wanted.settings, ...given }),
    evaluation: await readEvaluation(options, evaluation ?? null),
  });
}

/** What an option says is not looked for under the file's name. The size of a new model is none of a model that exists. */
function withoutReplaced(file: SettingsFile, options: FineTuneOptions): SettingsFile {
  const { dataset, start, evaluation, settings, ...rest } = file;
  const { preset: _, ...withoutSize } = settings;
  const evaluated = evaluation && {
    ...evaluation,
    ...(options.evaluateDataset === undefined ? {} : { dataset: null }),
    ...(options.evaluateWith === undefined ? {} : { otherPart: null }),
  };
  return {
    ...rest,
    settings: options.from === undefined ? settings : withoutSize,
    ...(options.dataset === undefined && dataset ? { dataset } : {}),
    ...(options.from === undefined && start !== undefined ? { start } : {}),
    ...(evaluated ? { evaluation: evaluated } : {}),
  };
}

/** Null where neither `--evaluate-at-epochs` nor the file asks for one. */
async function readEvaluation(
  options: FineTuneOptions,
  ofFile: z.output<typeof runEvaluation> | null,
): Promise<z.output<typeof runEvaluation> | null> {
  const {
    evaluateAtEpochs: atEpochs,
    evaluateCaptions: captionLimit,
    evaluateDataset,
    evaluateSplit,
    evaluateWith,
    evaluateMetrics: metrics,
    evaluateSides: sidesPx,
  } = options;
  if (atEpochs === undefined && ofFile === null) return null;
  return parseOptions(
    runEvaluation,
    {
      ...ofFile,
      ...(atEpochs === undefined ? {} : { atEpochs: splitNames(atEpochs).map(Number) }),
      ...(captionLimit === undefined ? {} : { captionLimit }),
      ...(evaluateDataset === undefined
        ? {}
        : { datasetId: (await findByName("dataset", evaluateDataset)).id }),
      ...(evaluateSplit === undefined ? {} : { split: readSplit(evaluateSplit, "--evaluate-split") }),
      ...(evaluateWith === undefined
        ? {}
        : { otherPartId: (await findByName("checkpoint", evaluateWith)).id }),
      ...(metrics === undefined ? {} : { metrics: splitNames(metrics) }),
      ...(sidesPx === undefined ? {} : { sidesPx: readSides(sidesPx) }),
    },
    {
      atEpochs: "--evaluate-at-epochs",
      captionLimit: "--evaluate-captions",
      metrics: "--evaluate-metrics",
      sidesPx: "--evaluate-sides",
    },
  );
}

function missingName(): SemblanceError {
  return new SemblanceError("invalid_input", "Give the fine-tune a name.", {
    remedy: "npx semblance fine-tune start NAME --dataset DATASET",
  });
}

function readPart(part: string): "BASE" | "UPSAMPLER" {
  if (part === "base") return "BASE";
  if (part === "upsampler") return "UPSAMPLER";
  throw new SemblanceError("invalid_input", `--part must be base or upsampler, not ${part}.`);
}
