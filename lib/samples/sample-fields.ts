/** What drawing asks for: as the server and the command line read it, and as the browser holds it. */
import { z } from "zod";
import { samplerNamed } from "@/lib/diffusion/samplers";
import {
  ownSettingNames,
  type SampleSettings,
  sampleSettings,
  usesClip,
} from "@/lib/diffusion/sampling/sample-settings";
import { chosenAdapters } from "../adapters/chosen-adapters";
import { chosenCategories } from "../datasets/caption-category";
import { splitChoice } from "../datasets/split-choice";
import { nameText } from "../text/name-text";

/** A set of samples: whose captions, which model, and how it draws. */
export const startSampleSetInput = z.object({
  name: nameText("Give the sample set a name.", 100),
  datasetId: z.uuid("Choose the dataset whose captions to use."),
  baseCheckpointId: z.uuid("Choose a base model."),
  upsamplerCheckpointId: z.uuid().nullable().default(null),
  /** Added to the base. */
  adapters: chosenAdapters,
  /** Every caption of an image, not only its first. */
  allCaptions: z.boolean().default(false),
  /** Only captions of any of these categories, such as Category=Animals; empty: all. */
  captionCategories: chosenCategories.default([]),
  /** Only captions of images that are held out, or that models learn from. */
  captionSplit: splitChoice,
  /** Masks of the images, which are completed instead of drawn whole; null: none. */
  maskSetId: z.uuid().nullable().default(null),
  /** Only the first so many captions; null: all of them. */
  captionLimit: z.number().int().min(1).nullable().default(null),
  settings: sampleSettings,
});

export type SampleSetValues = z.output<typeof startSampleSetInput>;

/** The form has fields for the settings of every sampler and guidance; only those of the chosen ones are meant. */
export function toSampleSetInput({
  settings,
  ...values
}: SampleSetValues): z.input<typeof startSampleSetInput> {
  const { settings: own } = samplerNamed(settings.sampler);
  const meant = Object.entries(settings).filter(([name]) =>
    name === "clipGuidanceScale"
      ? usesClip(settings)
      : name in own || !(ownSettingNames as readonly string[]).includes(name),
  );
  return { ...values, settings: Object.fromEntries(meant) as SampleSettings };
}

/** Of the settings of a sample, those that somebody chooses who only wants to see one. */
const { guidance, guidanceScale, clipGuidanceScale } = sampleSettings.shape;
const guidanceSettings = z.object({ guidance, guidanceScale, clipGuidanceScale });

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** One caption that somebody has typed. */
export const drawCaptionInput = z.object({
  caption: z.string().trim().min(1, "Enter a caption.").max(500, "At most 500 characters."),
  baseCheckpointId: z.uuid("Choose a base model."),
  upsamplerCheckpointId: z.uuid().nullable(),
  /** Added to the base. */
  adapters: chosenAdapters,
  settings: guidanceSettings.prefault({}),
  seed: z
    .number("A whole number.")
    .int("A whole number.")
    .min(0)
    .max(2 ** 31 - 1),
});

export type DrawCaptionValues = z.output<typeof drawCaptionInput>;

/** The form keeps a scale for CLIP whichever guidance is chosen. */
export function toDrawCaptionInput({
  settings: { guidance, guidanceScale, clipGuidanceScale },
  ...values
}: DrawCaptionValues): z.input<typeof drawCaptionInput> {
  return {
    ...values,
    settings: { guidance, guidanceScale, ...(usesClip({ guidance }) && { clipGuidanceScale }) },
  };
}

/** An image to be completed, and its mask, as uploaded files; the mask is white where the image is redrawn. */
export const completeImageInput = drawCaptionInput.extend({
  inpaint: z.object({ imageSha256: sha256, maskSha256: sha256 }),
});
