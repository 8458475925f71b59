/** How the demo's CLIP is made. */
import {
  type Attributes,
  breeds,
  collars,
  expressions,
  furColours,
  lights,
  poses,
  settings,
  sizes,
} from "../world/attributes";
import { setSizes } from "./recipe";

export type ClipRecipe = {
  readonly seed: number;
  /** Of the set clip-training. */
  readonly images: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly gradientClipNorm: number;
  readonly emaDecay: number;
  /** Cosines are multiplied by a learned number that starts here and has a bound: a low one spreads the cosines. */
  readonly firstScale: number;
  readonly mostScale: number;
  /** What the attributes' loss counts beside the contrastive one. */
  readonly attributeShare: number;
  /** Pixels by which images are moved at most, at random. */
  readonly shiftPx: number;
  /** Share of words hidden from the caption tower, so that unknown ones do not confuse it. */
  readonly hiddenWords: number;
  /** Shares of captions that name them; the world's own captions leave them out more often. */
  readonly captionShares: { readonly fur: number; readonly setting: number };
  readonly checkpointEverySteps: number;
};

export const clipRecipe: ClipRecipe = {
  seed: 1,
  images: setSizes["clip-training"],
  batchSize: 64,
  steps: 600,
  learningRate: 2e-3,
  weightDecay: 0.05,
  gradientClipNorm: 1,
  emaDecay: 0.99,
  firstScale: 10,
  mostScale: 20,
  attributeShare: 0.5,
  shiftPx: 3,
  hiddenWords: 0.03,
  captionShares: { fur: 0.95, setting: 0.95 },
  checkpointEverySteps: 100,
};

/** What the attributes' heads tell: every answer of every attribute, as one row of numbers. */
export const attributeChoices: { readonly [Name in keyof Attributes]: readonly Attributes[Name][] } = {
  fur: furColours,
  whiteChest: [false, true],
  breed: breeds,
  pose: poses,
  setting: settings,
  collar: collars,
  tongueOut: [false, true],
  expression: expressions,
  size: sizes,
  light: lights,
};
