/** The blind items of a study: which pictures are judged together. */
import type { QuestionType } from "@/lib/generated/prisma/client";
import { armPairs } from "@/lib/statistics/arm-pairs";
import { mostRanked } from "../design/items-per-caption";
import { shuffleByKey } from "./counterbalance";
import type { PlannedItem } from "./planned-item";

export type ItemCriterion = { id: string; questionType: QuestionType };
export type ItemCaption = { id: string; text: string };
/** An arm's pictures by caption. */
export type ItemArm = { armId: string; sha256ByCaption: ReadonlyMap<string, string> };

/** Pictures shown together where there are more arms than can be ranked at once. */
const rankedTogether = 5;

/** Every caption with every criterion: pairs of arms, each arm by itself, or the arms together. */
export function planRegularItems(
  criteria: readonly ItemCriterion[],
  captions: readonly ItemCaption[],
  arms: readonly ItemArm[],
  { opponents, seed }: { opponents: number | null; seed: number },
): PlannedItem[] {
  return captions.flatMap((caption) =>
    criteria.flatMap((criterion) =>
      contests(criterion.questionType, arms, opponents, `${seed} ${caption.id}`).map(
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
function contests(
  type: QuestionType,
  arms: readonly ItemArm[],
  opponents: number | null,
  key: string,
): ItemArm[][] {
  switch (type) {
    case "PAIR":
      return armPairs(shuffleByKey(arms.length, key), opponents).map(([first, second]) => [
        arms[first]!,
        arms[second]!,
      ]);
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
