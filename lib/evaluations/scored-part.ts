/** Which part of the photographs and samples an evaluation compares: those of one split, of some categories, or all. */
import { splitWords } from "@/lib/datasets/split-choice";
import type { Split } from "@/lib/generated/prisma/enums";

export type ScoredPart = {
  /** Null: both. */
  readonly split: Split | null;
  /** Each as NAME=VALUE; see lib/datasets/caption-category.ts. Empty: all. */
  readonly captionCategories: readonly string[];
};

export function isWhole({ split, captionCategories }: ScoredPart): boolean {
  return split === null && captionCategories.length === 0;
}

/** The same for the same part, in whatever order its categories were chosen. */
export function partKey({ split, captionCategories }: ScoredPart): string {
  return JSON.stringify([split, [...new Set(captionCategories)].toSorted()]);
}

/** Such as "pets", "held-out images of pets" or "images of Kind=cat or Kind=dog of pets". */
export function partToText(part: ScoredPart, dataset: string): string {
  if (isWhole(part)) return dataset;
  return `${which(part.split)}images${ofCategories(part)} of ${dataset}`;
}

/** Such as "held-out photographs of Kind=cat". */
export function photographWords(part: ScoredPart): string {
  return `${which(part.split)}photographs${ofCategories(part)}`;
}

function which(split: Split | null): string {
  return split === null ? "" : `${splitWords[split]} `;
}

function ofCategories({ captionCategories }: ScoredPart): string {
  return captionCategories.length === 0 ? "" : ` of ${captionCategories.join(" or ")}`;
}
