/** The blind items of a study: which images are judged together. */
import { type QuestionTypeName, questionTypes } from "@/lib/questions/question-types";
import { shuffleByKey } from "./counterbalance";
import type { PlannedItem } from "./planned-item";

export type ItemCriterion = { id: string; questionType: QuestionTypeName };
export type ItemCaption = { id: string; text: string };
/** An arm's images by caption. */
export type ItemArm = { armId: string; sha256ByCaption: ReadonlyMap<string, string> };

/** Every caption with every criterion: pairs of arms, each arm by itself, or the arms together. */
export function planRegularItems(
  criteria: readonly ItemCriterion[],
  captions: readonly ItemCaption[],
  arms: readonly ItemArm[],
  { opponents, seed }: { opponents: number | null; seed: number },
): PlannedItem[] {
  return captions.flatMap((caption) =>
    criteria.flatMap((criterion) =>
      planOf(criterion)
        .sets(arms.length, opponents, () => shuffleByKey(arms.length, `${seed} ${caption.id}`))
        .map((set): PlannedItem => {
          const together = set.map((index) => arms[index]!);
          return {
            kind: "REGULAR",
            criterionId: criterion.id,
            captionId: caption.id,
            captionText: caption.text,
            contest: together.map((arm) => arm.armId).join(" "),
            expected: null,
            images: together.map((arm) => ({
              armId: arm.armId,
              sha256: arm.sha256ByCaption.get(caption.id)!,
            })),
          };
        }),
    ),
  );
}

const planOf = ({ questionType }: ItemCriterion) => questionTypes[questionType].plan;
