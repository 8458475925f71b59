/** What a change set does to a dataset. */
import { counted } from "@/lib/text/counted";
import type { Categories } from "../caption-formats/categories";

export type DatasetChanges = {
  /** The new text of captions, by the ids of their present rows. */
  readonly edited?: readonly { readonly captionId: string; readonly text: string }[];
  /** Captions that images have after those that they have already. */
  readonly added?: readonly {
    readonly imageId: string;
    readonly text: string;
    readonly categories?: Categories;
  }[];
  /** Ids of captions. */
  readonly removed?: readonly string[];
  /** Ids of images that are to be kept, but used by nothing. */
  readonly excluded?: readonly string[];
  /** Ids of images that are to be used again. */
  readonly restored?: readonly string[];
  /** Ids of images that models are to learn from. */
  readonly training?: readonly string[];
  /** Ids of images that models are to be judged by, and not to learn from. */
  readonly heldOut?: readonly string[];
};

/** How many captions or images a change set has changed; those that were so already are not counted. */
export type ChangeCounts = Record<keyof DatasetChanges, number>;

const captions = (verb: string) => (count: number) => `${counted(count, "caption", "captions")} ${verb}`;
const images = (verb: string) => (count: number) => `${counted(count, "image", "images")} ${verb}`;

const words: Record<keyof DatasetChanges, (count: number) => string> = {
  edited: captions("edited"),
  added: captions("added"),
  removed: captions("removed"),
  excluded: images("excluded"),
  restored: images("restored"),
  training: images("moved to training"),
  heldOut: images("held out"),
};

/** Such as “2 captions edited, 1 image excluded”. */
export function changesToText(counts: Partial<ChangeCounts>): string {
  return (Object.keys(words) as (keyof DatasetChanges)[])
    .flatMap((kind) => (counts[kind] ? [words[kind](counts[kind])] : []))
    .join(", ");
}
