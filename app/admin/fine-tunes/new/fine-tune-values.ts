/** What is typed into the form of a fine-tune, and what it means. */
import { z } from "zod";
import { typedNumber } from "@/components/typed-number";
import { type FineTuneSettings, fineTuneSettings } from "@/lib/fine-tunes/fine-tune-settings";
import type { ModelPart } from "@/lib/generated/prisma/enums";

/** As `startFineTuneInput`, which only the server can load; the server checks again. */
export const fineTuneForm = z.object({
  name: z.string().trim().min(1, "Give the fine-tune a name.").max(80, "At most 80 characters."),
  part: z.enum(["BASE", "UPSAMPLER"]),
  datasetId: z.uuid("Choose a dataset."),
  startCheckpointId: z.uuid("Choose a model.").nullable(),
  settings: fineTuneSettings,
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
} & Record<NumericSetting, string>;

/** What the form shows at first: given settings, or the defaults. */
export function toValues(initial: {
  name: string;
  datasetId: string;
  part: ModelPart;
  startCheckpointId: string | null;
  settings: FineTuneSettings | null;
}): FineTuneValues {
  const settings = initial.settings ?? {
    ...fineTuneSettings.parse({}),
    ...(initial.part === "UPSAMPLER" ? { captionDropRate: 0 } : {}),
  };
  const numbers = Object.fromEntries(numericSettings.map((name) => [name, String(settings[name])]));
  return {
    ...(numbers as Record<NumericSetting, string>),
    name: initial.name,
    part: initial.part,
    datasetId: initial.datasetId,
    start: initial.startCheckpointId ? "checkpoint" : "scratch",
    startCheckpointId: initial.startCheckpointId ?? "",
    preset: settings.preset,
    trained: settings.trained,
    flip: settings.flip,
    keepEpochs: settings.keepEpochs.join(", "),
    previewCaptions: settings.previewCaptions.join("\n"),
  };
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
      keepEpochs: values.keepEpochs
        .split(/[\s,;]+/)
        .filter((text) => text !== "")
        .map(typedNumber),
      previewCaptions: values.previewCaptions
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== ""),
    },
  };
}
