/** Settings of a training run that are possible each by itself, and make no sense together. */
import { counted } from "@/lib/text/counted";
import type { FineTuneSettings } from "./fine-tune-settings";

export type Contradiction = {
  /** The option that a form shows it at. */
  readonly option: keyof FineTuneSettings;
  readonly message: string;
  readonly remedy: string;
};

export type ContradictionContext = {
  /** Whether training starts from random weights; absent: not known yet. */
  readonly isFromScratch?: boolean;
  /** Whether the model is an upsampler; absent: not known yet. */
  readonly isUpsampler?: boolean;
  /** How many images it learns from; absent: not known yet. */
  readonly imageCount?: number;
  /** Whether any of them has several captions; absent: not known yet. */
  readonly hasPairedImages?: boolean;
  /** Whether the model reads captions; absent: not known yet. */
  readonly readsCaptions?: boolean;
};

type Rule = (settings: FineTuneSettings, context: ContradictionContext) => Contradiction | null;

const rules: readonly Rule[] = [
  ({ keepEpochs, epochs }) => {
    const late = keepEpochs.filter((epoch) => epoch > epochs);
    return late.length === 0
      ? null
      : {
          option: "keepEpochs",
          message: `Checkpoints are to be kept after epoch ${late.join(", ")}, but the run ends after ${epochs}.`,
          remedy: `Set epochs to ${Math.max(...late)}, or keep no checkpoint after ${late.join(", ")}.`,
        };
  },
  ({ minSnrGamma, snrFloor }) =>
    minSnrGamma > 0 && snrFloor > minSnrGamma
      ? {
          option: "snrFloor",
          message: `The SNR floor is ${snrFloor}, but the min-SNR bound limits the same weights to ${minSnrGamma}.`,
          remedy: `Set the SNR floor to at most ${minSnrGamma}, or the min-SNR bound to 0.`,
        }
      : null,
  ({ trained, captionDropRate }) =>
    trained === "text" && captionDropRate === 1
      ? {
          option: "captionDropRate",
          message:
            "Only the text encoder is trained, but with a caption dropout of 1 it never sees a caption.",
          remedy: "Set the caption dropout below 1, or train all weights or the UNet.",
        }
      : null,
  ({ loraRank }, { isFromScratch }) =>
    loraRank > 0 && isFromScratch
      ? {
          option: "loraRank",
          message: `The LoRA rank is ${loraRank}, but a model from scratch has nothing to adapt yet.`,
          remedy: "Start from a checkpoint, or set the LoRA rank to 0.",
        }
      : null,
  ({ warmupSteps, epochs, batchSize, accumulationSteps }, { imageCount }) => {
    if (imageCount === undefined || warmupSteps === 0) return null;
    const steps = Math.ceil((epochs * imageCount) / (batchSize * accumulationSteps));
    return warmupSteps < steps
      ? null
      : {
          option: "warmupSteps",
          message: `The warm-up takes ${counted(warmupSteps, "step", "steps")}, but the run has ${counted(steps, "step", "steps")}, so the learning rate never reaches its full value.`,
          remedy: `Set a warm-up of fewer than ${counted(steps, "step", "steps")}, or train longer.`,
        };
  },
  ({ validationShare, validationSet }) =>
    validationShare > 0 && validationSet !== ""
      ? {
          option: "validationShare",
          message: `The run is to be validated on a share of its own images and on “${validationSet}”.`,
          remedy: "Choose one of them: set the share to 0, or name no dataset.",
        }
      : null,
  ({ validationEverySteps, validationSet }) =>
    validationSet !== "" && validationEverySteps === 0
      ? {
          option: "validationSet",
          message: `“${validationSet}” is named for validation, but the run is never validated.`,
          remedy: "Validate every so many steps, such as 100, or name no dataset.",
        }
      : null,
  ({ priorWeight, classPrompt, classImages }) => {
    const named = classPrompt !== "" ? "classPrompt" : classImages !== "" ? "classImages" : null;
    return priorWeight > 0 || named === null
      ? null
      : {
          option: named,
          message: `${named === "classPrompt" ? "A class prompt is given" : "Class images are given"}, but prior preservation is off.`,
          remedy: "Give prior preservation a weight, usually 1, or leave this empty.",
        };
  },
  ({ priorWeight, classPrompt, classImages }) =>
    priorWeight > 0 && classPrompt === "" && classImages === ""
      ? {
          option: "classPrompt",
          message: "Prior preservation needs images of the class.",
          remedy: "Give a class prompt to have them drawn, or name existing class images.",
        }
      : null,
  ({ priorWeight, classImages }, { isFromScratch, isUpsampler }) =>
    priorWeight > 0 && classImages === "" && (isFromScratch || isUpsampler)
      ? {
          option: "classImages",
          message: isFromScratch
            ? "A model trained from scratch cannot draw class images: it knows no class yet."
            : "An upsampler cannot draw class images.",
          remedy: "Name existing class images, or set the weight of prior preservation to 0.",
        }
      : null,
  contradictionOfConsistency,
];

/** Of the consistency between captions; also asked for once a run has opened its images. */
export function contradictionOfConsistency(
  {
    consistencyWeight,
    trained,
    batchSize,
  }: Pick<FineTuneSettings, "consistencyWeight" | "trained" | "batchSize">,
  { imageCount, hasPairedImages = true, readsCaptions = true }: ContradictionContext,
): Contradiction | null {
  if (consistencyWeight === 0) return null;
  const refusal = (message: string, remedy: string): Contradiction => ({
    option: "consistencyWeight",
    message,
    remedy: `${remedy}, or set the weight of the consistency between captions to 0.`,
  });
  if (!readsCaptions) {
    return refusal(
      "The captions of an image are to be drawn together, but the model reads no captions.",
      "Start from a model that reads captions",
    );
  }
  if (trained === "unet") {
    return refusal(
      "The consistency between captions changes the text encoder, but only the UNet is trained.",
      "Train all weights or the text encoder",
    );
  }
  if (batchSize === 1) {
    return refusal(
      "The consistency between captions compares the images of a batch, but a batch has one image. Batches of one step are not compared with each other.",
      "Set the batch size to at least 2",
    );
  }
  if (imageCount === 1) {
    return refusal(
      "The consistency between captions compares different images, but there is only one.",
      "Train on more images",
    );
  }
  if (!hasPairedImages) {
    return refusal(
      "The captions of an image are to be drawn together, but no image has several captions.",
      "Give images more captions",
    );
  }
  return null;
}

/** All that apply, in the order of the rules; none for settings that make sense. */
export function findContradictions(
  settings: FineTuneSettings,
  context: ContradictionContext = {},
): readonly Contradiction[] {
  return rules.map((rule) => rule(settings, context)).filter((found) => found !== null);
}
