/** Kinds of correct answers to checks: those that several types of questions share, and what every kind declares. */
import { z } from "zod";

/** Index of an image in the item's own order, since places differ from rater to rater. */
export const imagePosition = z.number().int().min(0).max(11);

export type RightAnswerKind<Right extends { type: string }> = {
  readonly name: Right["type"];
  readonly schema: z.ZodType<Right>;
  /** The images that it names. */
  positions(right: Right): readonly number[];
  /** What is wrong with it for this number of images, besides missing images. */
  fault?(right: Right, images: number): string | null;
  /** For researchers; images are counted from 1. */
  toText(right: Right): string;
};

/** An answer to a pair that holds wherever the images are. */
export type Exactly = { type: "exactly"; winner: "tie" | "both_bad" };

export const exactly: RightAnswerKind<Exactly> = {
  name: "exactly",
  schema: z.object({ type: z.literal("exactly"), winner: z.enum(["tie", "both_bad"]) }),
  positions: () => [],
  toText: ({ winner }) => (winner === "tie" ? "Equally good" : "Neither fits"),
};

/** "Image 1", "Image 2", … as choices of a form; their values are positions. */
export function imageChoices(images: number): { value: string; label: string }[] {
  return Array.from({ length: images }, (_, index) => ({
    value: String(index),
    label: `Image ${index + 1}`,
  }));
}
