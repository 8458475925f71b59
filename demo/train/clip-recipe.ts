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

export const clipRecipe = {
  seed: 1,
  pictures: setSizes["clip-training"],
  batchSize: 64,
  steps: 1500,
  learningRate: 2e-3,
  weightDecay: 0.05,
  gradientClipNorm: 1,
  emaDecay: 0.99,
  /** Cosines are multiplied by a learned number that starts and ends here: the higher, the closer all cosines lie. */
  firstScale: 10,
  mostScale: 20,
  /** Part of the attributes' loss in the whole. */
  attributeShare: 0.5,
  /** Pixels by which pictures are moved at most, at random. */
  shiftPx: 3,
  /** Of words that are hidden from the caption tower, so that unknown ones do not confuse it. */
  hiddenWords: 0.03,
  /** Of captions that name them; the world's own captions leave them out more often. */
  captionShares: { fur: 0.95, setting: 0.95 },
  checkpointEverySteps: 100,
} as const;

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
