/** A study's checks of its raters: training, gold items, attention checks, repeats. */
import { z } from "zod";
import { binomialAtMost, isShareBelow } from "@/lib/numerics/binomial";
import { counted } from "@/lib/text/counted";

const share = z.number().min(0).max(1);

export const qualityControl = z
  .object({
    /** Items with a known answer and feedback that every rater begins with. */
    trainingItems: z.number().int().min(0).max(20).default(0),
    /** Share of right training answers that a rater must be able to reach, see `fallsShort`; null: everybody may continue. */
    qualificationShare: share.nullable().default(null),
    /** Items with a known answer that each rater gets among the others. */
    goldItems: z.number().int().min(0).max(20).default(0),
    /** Share of right gold answers that a rater must be able to reach, see `fallsShort`; null: nobody is excluded by them. */
    excludeBelowGoldShare: share.nullable().default(null),
    /** Items whose caption asks for one particular answer, per rater. */
    attentionChecks: z.number().int().min(0).max(20).default(0),
    /** Failed attention checks with which a rater is excluded; null: nobody is. */
    excludeAfterFailedAttention: z.number().int().min(1).max(20).nullable().default(null),
    /** Items that each rater gets a second time with the images' places reversed. */
    repeats: z.number().int().min(0).max(20).default(0),
  })
  .superRefine((control, context) => {
    const needed = [
      ["qualificationShare", "trainingItems", "A qualification needs training items."],
      ["excludeBelowGoldShare", "goldItems", "Excluding by gold items needs gold items."],
      [
        "excludeAfterFailedAttention",
        "attentionChecks",
        "Excluding by attention checks needs attention checks.",
      ],
    ] as const;
    for (const [rule, count, message] of needed) {
      if (control[rule] !== null && control[count] === 0) {
        context.addIssue({ code: "custom", path: [count], message });
      }
    }
    if (
      control.excludeAfterFailedAttention !== null &&
      control.excludeAfterFailedAttention > control.attentionChecks
    ) {
      context.addIssue({
        code: "custom",
        path: ["excludeAfterFailedAttention"],
        message: "A rater cannot fail more attention checks than there are.",
      });
    }
  });

export type QualityControl = z.infer<typeof qualityControl>;

/** Chance of falling short at one look, for a rater who is right exactly as often as is asked for. */
const fallsShortError = 0.05;
/** Two wrong answers at the very start happen to one in a hundred of raters who are right nine times in ten. */
const fewestGoldAnswers = 3;

/**
 * Whether so few correct answers show that a rater is right less often than `required`: the upper end of the exact
 * one-sided 95% interval (Clopper and Pearson) is below it. A share at a handful of items says little by itself: of raters
 * who are right nine times in ten, 8% have fewer than four of five right.
 *
 * Gold is judged at every answer from the third on, so that anyone who leaves early is judged as well. With 80% required, of
 * raters who are right in 95 / 90 / 50% of cases 0.05 / 0.4 / 31% are excluded by 5 gold items, 0.06 / 0.6 / 67% by 10
 * and 0.06 / 0.7 / 91% by 20.
 */
export function fallsShort(required: number | null, right: number, answered: number): boolean {
  return required !== null && isShareBelow(required, right, answered, fallsShortError);
}

export function fallsShortInGold(required: number | null, right: number, answered: number): boolean {
  return answered >= fewestGoldAnswers && fallsShort(required, right, answered);
}

/** Why a rule can exclude nobody, however wrong their answers; null where it can. */
export function exclusionShortage(control: QualityControl, use: "training" | "gold"): string | null {
  const [asked, required, fewest] =
    use === "training"
      ? [control.trainingItems, control.qualificationShare, 1]
      : [control.goldItems, control.excludeBelowGoldShare, fewestGoldAnswers];
  if (required === null || asked === 0) return null;
  if (required === 0) return "Nobody can have fewer than 0% right. Leave the share empty, or enter more.";
  let needed = fewest;
  while (binomialAtMost(0, needed, required) > fallsShortError) needed++;
  if (asked >= needed) return null;
  return `With ${counted(asked, "item", "items")}, nobody could be excluded for being below ${Math.round(required * 100)}%: even all wrong could be chance. Use at least ${needed} items.`;
}
