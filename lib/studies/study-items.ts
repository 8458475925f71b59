/** The blind items of a study: which pictures are judged together, and where they lie for each of the k raters. */
import { createHash } from "node:crypto";
import type { QuestionType } from "@/lib/generated/prisma/client";
import type { ExpectedAnswer } from "../ratings/expected-answer";

/** A picture of an item: `armId` is null for checks. */
export type PlannedPicture = { armId: string | null; sha256: string };

export type PlannedItem = {
  kind: "REGULAR" | "GOLD" | "ATTENTION" | "TRAINING";
  criterionId: string;
  captionId: string;
  captionText: string;
  contest: string;
  expected: ExpectedAnswer | null;
  pictures: PlannedPicture[];
};

export type PlannedSeat = { round: number; shuffle: number; placement: number[] };

export type ItemCriterion = { id: string; questionType: QuestionType };
export type ItemCaption = { id: string; text: string };
/** An arm's pictures by caption. */
export type ItemArm = { armId: string; sha256ByCaption: ReadonlyMap<string, string> };

/** As many pictures as can be told apart on a phone when they are ranked. */
const mostRanked = 6;
/** Pictures shown together where there are more arms than can be ranked at once. */
const rankedTogether = 5;

/** Every caption with every criterion: all pairs of arms, each arm by itself, or the arms together. */
export function planRegularItems(
  criteria: readonly ItemCriterion[],
  captions: readonly ItemCaption[],
  arms: readonly ItemArm[],
  seed: number,
): PlannedItem[] {
  return captions.flatMap((caption) =>
    criteria.flatMap((criterion) =>
      contests(criterion.questionType, arms, `${seed} ${caption.id}`).map(
        (together): PlannedItem => ({
          kind: "REGULAR",
          criterionId: criterion.id,
          captionId: caption.id,
          captionText: caption.text,
          contest: together.map((arm) => arm.armId).join(" "),
          expected: null,
          pictures: together.map((arm) => ({
            armId: arm.armId,
            sha256: arm.sha256ByCaption.get(caption.id)!,
          })),
        }),
      ),
    ),
  );
}

/** Sets of arms, each in the order of the study's arms. */
function contests(type: QuestionType, arms: readonly ItemArm[], key: string): ItemArm[][] {
  switch (type) {
    case "PAIR":
      return arms.flatMap((first, index) => arms.slice(index + 1).map((second) => [first, second]));
    case "LIKERT":
      return arms.map((arm) => [arm]);
    case "RANKING":
    case "BEST_WORST": {
      if (arms.length <= mostRanked) return [[...arms]];
      // A window that moves round a shuffled circle shows every arm equally often.
      const circle = shuffleByKey(arms.length, key);
      return arms.map((_, start) =>
        Array.from({ length: rankedTogether }, (_, step) => circle[(start + step) % arms.length]!)
          .sort((a, b) => a - b)
          .map((index) => arms[index]!),
      );
    }
  }
}

/**
 * One seat for each of the `ratersPerItem` people. Placements of successive rounds are rotations of one random order,
 * so that over as many rounds as there are pictures each picture lies once in every place.
 */
export function planSeats(item: PlannedItem, ratersPerItem: number, seed: number): PlannedSeat[] {
  const key = `${seed} ${item.criterionId} ${item.captionId} ${item.contest}`;
  const order = shuffleByKey(item.pictures.length, key);
  return Array.from({ length: ratersPerItem }, (_, round) => ({
    round,
    shuffle: hashToInteger(`${key} ${round}`),
    placement: order.map((_, place) => order[(place + round) % order.length]!),
  }));
}

/** 0 to count - 1 in an order that depends on `key` alone. */
export function shuffleByKey(count: number, key: string): number[] {
  return Array.from({ length: count }, (_, index) => ({ index, hash: hashToInteger(`${key} ${index}`) }))
    .sort((a, b) => a.hash - b.hash || a.index - b.index)
    .map(({ index }) => index);
}

/** Uniform over 0 to 2³¹ - 1, a function of the text. */
function hashToInteger(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) >>> 1;
}
