/** What the form of a fine-tune asks before it is sent: which captions augmentation concerns, and what a balance changes. */
import { z } from "zod";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";

export const preparationInput = z.object({
  datasetId: z.uuid("Choose a dataset."),
  settings: fineTuneSettings.pick({
    augmentations: true,
    captionWords: true,
    balanceAttributes: true,
    balanceStrength: true,
  }),
});

export type PreparationInput = z.output<typeof preparationInput>;

/** What the page of augmented versions is told. */
export const versionsInput = z.object({
  datasetId: z.uuid(),
  settings: fineTuneSettings.pick({
    augmentations: true,
    captionWords: true,
    degradedMark: true,
    cropAreaMin: true,
    flip: true,
    seed: true,
  }),
  sizePx: z.number().int().min(8).max(256),
  /** Chosen images; empty: the first few. */
  imageIds: z.array(z.uuid()).max(6).default([]),
});

export type VersionsInput = z.output<typeof versionsInput>;

/** A version of an image, as a page shows it. */
export type ShownVersion = { readonly png: string; readonly caption: string; readonly changes: string };

export type ShownImage = {
  readonly id: string;
  readonly name: string;
  readonly plain: ShownVersion;
  readonly versions: readonly ShownVersion[];
};
