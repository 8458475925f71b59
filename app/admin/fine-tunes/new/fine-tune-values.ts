/** What is typed into the form of a fine-tune, and what it means. */

import { z } from "zod";
import { typedNumber } from "@/components/typed-number";
import { splitLines } from "@/lib/datasets/caption-formats/lines";
import { type FineTuneSettings, fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { type RunEvaluation, runEvaluation } from "@/lib/fine-tunes/run-evaluation";
import type { ModelPart } from "@/lib/generated/prisma/enums";
import type { MetricName } from "@/lib/metrics/catalogue/metric-catalogue";

/** As `startFineTuneInput`, which only the server can load; the server checks again. */
export const fineTuneForm = z.object({
  name: z.string().trim().min(1, "Give the fine-tune a name.").max(80, "At most 80 characters."),
  part: z.enum(["BASE", "UPSAMPLER"]),
  datasetId: z.uuid("Choose a dataset."),
  startCheckpointId: z.uuid("Choose a model.").nullable(),
  settings: fineTuneSettings,
  evaluation: runEvaluation.nullable(),
});

/** Settings that are plain numbers, typed as text. */
export const numericSettings = [
  "epochs",
  "batchSize",
  "learningRate",
  "weightDecay",
  "gradientClipNorm",
  "emaDecay",
  "captionDropRate",
  "dropout",
  "cropAreaMin",
  "minSnrGamma",
  "snrFloor",
  "seed",
  "checkpointEverySteps",
  "previewSeed",
  "previewEverySteps",
] as const satisfies readonly (keyof FineTuneSettings)[];

type NumericSetting = (typeof numericSettings)[number];

export type FineTuneValues = {
  name: string;
  part: ModelPart;
  datasetId: string;
  /** "scratch" or "checkpoint". */
  start: string;
  startCheckpointId: string;
  preset: string;
  trained: string;
  flip: boolean;
  keepEpochs: string;
  previewCaptions: string;
  /** Epochs, separated by commas; empty: the run is not evaluated while it trains. */
  evaluateAtEpochs: string;
  evaluateCaptions: string;
  /** Empty: the run's own. */
  evaluateDatasetId: string;
  evaluateWithId: string;
  /** Names separated by commas. */
  evaluateMetrics: string;
  /** Of "own", "64" and "256", separated by commas. */
  evaluateSides: string;
} & Record<NumericSetting, string>;

/** Usual learning rates: careful with weights that know something already. */
export const usualLearningRates: Record<string, string> = { checkpoint: "0.0001", scratch: "0.001" };

/** An upsampler is not guided, so it need not learn to draw without a caption. */
export const usualCaptionDropRates: Record<ModelPart, string> = { BASE: "0.2", UPSAMPLER: "0" };

/** What the form shows at first: given settings, or the usual ones. */
export function toValues(initial: {
  name: string;
  captions: string[];
  datasetId: string;
  part: ModelPart;
  startCheckpointId: string | null;
  settings: FineTuneSettings | null;
  evaluation: RunEvaluation | null;
  /** That the form ticks where no evaluation is given. */
  metrics: readonly MetricName[];
}): FineTuneValues {
  const start = initial.startCheckpointId ? "checkpoint" : "scratch";
  const settings = initial.settings ?? {
    ...fineTuneSettings.parse({}),
    previewCaptions: initial.captions,
    learningRate: Number(usualLearningRates[start]),
    captionDropRate: Number(usualCaptionDropRates[initial.part]),
  };
  const numbers = Object.fromEntries(numericSettings.map((name) => [name, String(settings[name])]));
  return {
    ...(numbers as Record<NumericSetting, string>),
    name: initial.name,
    part: initial.part,
    datasetId: initial.datasetId,
    start,
    startCheckpointId: initial.startCheckpointId ?? "",
    preset: settings.preset,
    trained: settings.trained,
    flip: settings.flip,
    keepEpochs: settings.keepEpochs.join(", "),
    previewCaptions: settings.previewCaptions.join("\n"),
    ...toEvaluationValues(initial.evaluation, initial.metrics),
  };
}

function toEvaluationValues(evaluation: RunEvaluation | null, usual: readonly MetricName[]) {
  const { atEpochs, captionLimit, datasetId, otherPartId, metrics, sidesPx } = evaluation ?? {
    ...runEvaluation.parse({ atEpochs: [1] }),
    atEpochs: [],
    metrics: usual,
  };
  return {
    evaluateAtEpochs: atEpochs.join(", "),
    evaluateCaptions: captionLimit === null ? "" : String(captionLimit),
    evaluateDatasetId: datasetId ?? "",
    evaluateWithId: otherPartId ?? "",
    evaluateMetrics: metrics.join(","),
    evaluateSides: sidesPx.map((side) => side ?? "own").join(","),
  };
}

/** Null where no epoch is named. */
function toEvaluationInput(values: FineTuneValues): unknown {
  const atEpochs = toNumbers(values.evaluateAtEpochs);
  if (atEpochs.length === 0) return null;
  return {
    atEpochs,
    captionLimit: values.evaluateCaptions.trim() === "" ? null : typedNumber(values.evaluateCaptions),
    datasetId: values.evaluateDatasetId || null,
    otherPartId: values.evaluateWithId || null,
    metrics: values.evaluateMetrics.split(",").filter((name) => name !== ""),
    sidesPx: values.evaluateSides
      .split(",")
      .filter((side) => side !== "")
      .map((side) => (side === "own" ? null : Number(side))),
  };
}

/** "5, 10" → [5, 10]; NaN where something else is typed. */
function toNumbers(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== "")
    .map(typedNumber);
}

/** What the schema reads: numbers for what was typed, NaN where it is none. */
export function toInput(values: FineTuneValues): unknown {
  const numbers = Object.fromEntries(numericSettings.map((name) => [name, typedNumber(values[name])]));
  return {
    name: values.name,
    part: values.part,
    datasetId: values.datasetId,
    startCheckpointId: values.start === "checkpoint" ? values.startCheckpointId : null,
    settings: {
      ...numbers,
      preset: values.preset,
      trained: values.trained,
      flip: values.flip,
      keepEpochs: toNumbers(values.keepEpochs),
      previewCaptions: splitLines(values.previewCaptions).filter((line) => line !== ""),
    },
    evaluation: toEvaluationInput(values),
  };
}
