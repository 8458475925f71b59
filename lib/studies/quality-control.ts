/** How a study checks that its raters look: training, known answers, attention checks, repeats. */
import { z } from "zod";

const share = z.number().min(0).max(1);

export const qualityControl = z
  .object({
    /** Items with a known answer and feedback that every rater begins with. */
    trainingItems: z.number().int().min(0).max(20).default(0),
    /** Least share of right training answers with which a rater may go on; null: everybody may. */
    qualificationShare: share.nullable().default(null),
    /** Items with a known answer that each rater gets among the others. */
    goldItems: z.number().int().min(0).max(20).default(0),
    /** Share of right gold answers under which a rater is excluded once all were answered; null: nobody is. */
    excludeBelowGoldShare: share.nullable().default(null),
    /** Items whose caption asks for one particular answer, per rater. */
    attentionChecks: z.number().int().min(0).max(20).default(0),
    /** Failed attention checks with which a rater is excluded; null: nobody is. */
    excludeAfterFailedAttention: z.number().int().min(1).max(20).nullable().default(null),
    /** Items that each rater gets a second time with the pictures' places reversed. */
    repeats: z.number().int().min(0).max(20).default(0),
  })
  .superRefine((control, context) => {
    const needed = [
      ["qualificationShare", "trainingItems", "A qualification needs training items."],
      ["excludeBelowGoldShare", "goldItems", "Excluding by gold items needs gold items."],
      ["excludeAfterFailedAttention", "attentionChecks", "Excluding by attention needs attention checks."],
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
