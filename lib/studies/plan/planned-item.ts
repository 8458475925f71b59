/** A planned item and its seats, before they are stored as rows. */
import type { ExpectedAnswer } from "@/lib/questions/expected-answer";

/** An image of an item: `armId` is null for checks. */
export type PlannedImage = { armId: string | null; sha256: string };

export type PlannedItem = {
  kind: "REGULAR" | "GOLD" | "ATTENTION" | "TRAINING";
  criterionId: string;
  captionId: string;
  captionText: string;
  contest: string;
  expected: ExpectedAnswer | null;
  images: PlannedImage[];
};

export type PlannedSeat = { round: number; shuffle: number; placement: number[] };
