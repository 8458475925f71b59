/** Gives the images of a run what its settings of augmentation and balance need to know of them. */
import {
  type AugmentationName,
  augmentationNames,
  augmentationTable,
} from "@/lib/diffusion/training/augmentation/registry";
import type { CaptionedImage } from "@/lib/diffusion/training/captioned-image";
import type { FineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import type { WordLists } from "../audit/word-lists";
import { type BalancedAttribute, balanceWeights } from "./balance-weights";
import { subjectFinder } from "./caption-subjects";

export type PreparationSettings = Pick<
  FineTuneSettings,
  "augmentations" | "captionWords" | "balanceAttributes" | "balanceStrength"
>;

export type CaptionVocabulary = {
  /** Of the captions (BCP 47). */
  readonly language: string;
  /** In which the attributes of a balance are. */
  readonly lists: WordLists;
};

/** An augmentation, and the captions that name what it changes. */
export type ConcernedCaptions = {
  readonly name: AugmentationName;
  readonly captions: number;
  /** One of them; null for none. */
  readonly example: string | null;
};

export type Preparation<Image> = {
  readonly images: readonly (Image & Pick<CaptionedImage, "weight" | "subjects">)[];
  readonly captionCount: number;
  /** Of every chosen augmentation that changes what captions may name. */
  readonly concerned: readonly ConcernedCaptions[];
  /** Empty without a balance. */
  readonly balanced: readonly BalancedAttribute[];
  /** The most that one image is drawn in an epoch, in the mean. */
  readonly mostDrawn: number;
};

/** @throws SemblanceError as balanceWeights */
export function prepareTrainingImages<Image extends Pick<CaptionedImage, "captions">>(
  images: readonly Image[],
  settings: PreparationSettings,
  { language, lists }: CaptionVocabulary,
): Preparation<Image> {
  const chosen = augmentationNames.filter(
    (name) => settings.augmentations[name] !== undefined && augmentationTable[name].changes.length > 0,
  );
  const find = subjectFinder(language);
  const subjects =
    chosen.length === 0 ? null : images.map(({ captions }) => captions.map((caption) => find(caption)));
  const balance =
    settings.balanceAttributes.length === 0
      ? null
      : balanceWeights(
          images.map(({ captions }) => captions),
          lists,
          settings,
        );
  const named = (subjects ?? []).flatMap((ofImage, image) =>
    ofImage.map((found, at) => ({ found, text: images[image]!.captions[at]! })),
  );
  return {
    images: images.map((image, at) => ({
      ...image,
      ...(balance ? { weight: balance.weights[at]! } : {}),
      ...(subjects && settings.captionWords === "protect" ? { subjects: subjects[at]! } : {}),
    })),
    captionCount: images.reduce((sum, { captions }) => sum + captions.length, 0),
    concerned: chosen.map((name) => {
      const { changes } = augmentationTable[name];
      const captions = named.filter(({ found }) => found.some((subject) => changes.includes(subject)));
      return { name, captions: captions.length, example: captions[0]?.text ?? null };
    }),
    balanced: balance?.attributes ?? [],
    mostDrawn: balance ? balance.weights.reduce((most, weight) => Math.max(most, weight), 0) : 1,
  };
}
