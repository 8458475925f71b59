/** What a researcher decides about a study before it opens. */
import { z } from "zod";

/** The two criteria of GLIDE's human evaluation; a study may word its own. */
export const standardCriteria = [
  { key: "caption-similarity", question: "Which picture matches the caption better?" },
  { key: "photorealism", question: "Which picture looks more like a real photograph?" },
] as const;

const criterion = z.object({
  key: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, "Lower-case letters, digits and hyphens, starting with a letter."),
  question: z.string().trim().min(5, "Write the question that raters read.").max(200),
});

const arm = z
  .object({
    name: z.string().trim().min(1, "Name the arm.").max(60),
    datasetId: z.uuid().optional(),
    sampleSetId: z.uuid().optional(),
  })
  .refine((value) => (value.datasetId === undefined) !== (value.sampleSetId === undefined), {
    message: "An arm is either the real photographs of a dataset or one sample set.",
  });

export const studyDesign = z
  .object({
    name: z.string().trim().min(1, "Name the study.").max(120),
    instructions: z.string().trim().max(4000).default(""),
    criteria: z.array(criterion).min(1, "Ask at least one question.").max(6),
    arms: z.array(arm).min(2, "A comparison needs at least two arms.").max(12),
    /** People who answer each item. */
    ratersPerItem: z.number().int().min(1).max(100).default(3),
    /** Items that one person is asked for at most. */
    itemsPerRater: z.number().int().min(1).max(1000).default(40),
    /** A picture that its rater has left alone for so long goes to somebody else. */
    leaseSeconds: z.number().int().min(30).max(86_400).default(600),
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0),
  })
  .superRefine((design, context) => {
    const names = design.arms.map((value) => value.name.toLowerCase());
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index) {
        context.addIssue({
          code: "custom",
          path: ["arms", index, "name"],
          message: "Two arms have this name.",
        });
      }
    });
    const keys = design.criteria.map((value) => value.key);
    keys.forEach((key, index) => {
      if (keys.indexOf(key) !== index) {
        context.addIssue({
          code: "custom",
          path: ["criteria", index, "key"],
          message: "Two criteria have this key.",
        });
      }
    });
  });

export type StudyDesignInput = z.input<typeof studyDesign>;
