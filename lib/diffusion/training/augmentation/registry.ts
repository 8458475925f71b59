/** All augmentations, in the order in which they are applied. */
import type { Augmentation } from "./augmentation";
import { blur } from "./blur";
import { brightness } from "./brightness";
import { contrast } from "./contrast";
import { crop } from "./crop";
import { hue } from "./hue";
import { mirror } from "./mirror";
import { noise } from "./noise";
import { occlusion } from "./occlusion";
import { pixelation } from "./pixelation";
import { rotate } from "./rotate";
import { saturation } from "./saturation";
import { scale } from "./scale";

export const augmentations = {
  mirror,
  crop,
  scale,
  rotate,
  brightness,
  contrast,
  saturation,
  hue,
  blur,
  pixelation,
  noise,
  occlusion,
} as const satisfies Record<string, Augmentation>;

export type AugmentationName = keyof typeof augmentations;

export const augmentationNames = Object.keys(augmentations) as AugmentationName[];

/** The same, by names that are not known to be one. */
export const augmentationTable: Readonly<Record<AugmentationName, Augmentation>> = augmentations;
