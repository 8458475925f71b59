/** What a researcher decides about a study before it opens. */
import { z } from "zod";
import { chosenCategories } from "@/lib/datasets/caption-category";
import { blindFits } from "@/lib/images/blind-fit";
import {
  questionTypeNames,
  questionTypes,
  showsPairs,
  usualQuestionType,
} from "@/lib/questions/question-types";
import { nameText } from "@/lib/text/name-text";
import { type Ending, type Endings, endingCode, endings, webAddress } from "./endings";
import { checkShortage, checkUses, pickedCheck, pickedCheckFault } from "./picked-checks";
import { exclusionShortage, qualityControl } from "./quality-control";
import { raterAccess } from "./rater-access";
import { raterLanguages } from "./rater-languages";
import { primaryComparison, registration } from "./registration";
import { stopRule } from "./stop-rule";

const criterion = z.object({
  key: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, "Lower-case letters, digits and hyphens, starting with a letter."),
  question: z.string().trim().min(5, "Enter the question that raters read.").max(200),
  questionType: z.enum(questionTypeNames).default(usualQuestionType),
  /** Raters mark the words of the caption that an image misses. */
  marksWords: z.boolean().default(false),
  /** Raters tap the places of an image that are wrong. */
  marksPlaces: z.boolean().default(false),
});

const arm = z
  .object({
    name: nameText("Enter a name for the arm.", 60),
    datasetId: z.uuid().optional(),
    sampleSetId: z.uuid().optional(),
  })
  .refine((value) => (value.datasetId === undefined) !== (value.sampleSetId === undefined), {
    message: "An arm is either the real photographs of a dataset or one sample set.",
  });

/** Which of the captions that all arms share are asked. A random choice is made by the study's seed. */
export const captionChoice = z.discriminatedUnion("choice", [
  z.object({ choice: z.literal("all") }),
  z.object({ choice: z.literal("first"), count: z.number().int().min(1) }),
  z.object({ choice: z.literal("random"), count: z.number().int().min(1) }),
  z.object({
    choice: z.literal("containing"),
    text: z.string().trim().normalize().min(1, "Enter a word or phrase."),
  }),
  /** Captions of any of the categories, such as Category=Animals. */
  z.object({
    choice: z.literal("category"),
    categories: chosenCategories.min(1, "Choose at least one category."),
  }),
]);
export type CaptionChoice = z.infer<typeof captionChoice>;

/** How images of other sizes and aspects are shown. Designs from before there was a choice cut out the square. */
export const imageFit = z.enum(blindFits).default("crop");

/** Arms of any study; some questions need more. */
const fewestOfAll = 2;

const designFields = z.object({
  name: nameText("Enter a name for the study.", 120),
  instructions: z.string().trim().max(4000).default(""),
  /** What a rater must agree to before the first item; empty: nothing. */
  consentText: z.string().trim().max(8000).default(""),
  /** Interface language that raters are offered first. */
  language: z.enum(raterLanguages).default("en"),
  criteria: z.array(criterion).min(1, "Ask at least one question.").max(6),
  arms: z.array(arm).min(fewestOfAll, "A comparison needs at least two arms."),
  /**
   * Others that each arm is compared with for a caption, see `armPairs`; null: all. All pairs of 50 arms are 1,225 for
   * each caption.
   */
  opponents: z.number().int().min(1).nullable().default(null),
  captionChoice: captionChoice.default({ choice: "all" }),
  imageFit,
  /** People who answer each item. */
  ratersPerItem: z.number().int().min(1).max(100).default(3),
  /** Items that one person is asked for at most, checks and repeats included. */
  itemsPerRater: z.number().int().min(1).max(1000).default(40),
  /** An image that its rater has left alone for so long goes to somebody else. */
  leaseSeconds: z.number().int().min(30).max(86_400).default(600),
  /** balanced: the least answered item comes next. active: the pair of arms whose next vote tells most. */
  pairChoice: z.enum(["balanced", "active"]).default("balanced"),
  qualityControl: qualityControl.prefault({}),
  /** Images and correct answers that the researcher picked, for training and gold items of any question. */
  checks: z.array(pickedCheck).max(200).default([]),
  stopRule: stopRule.nullable().default(null),
  primary: primaryComparison.nullable().default(null),
  registration: registration.prefault({}),
  /** Codes and addresses for the service that sent the raters, by the way they leave. */
  endings: endings.prefault({}),
  /** Who may take part, and how fast; it may change while the study is open. */
  access: raterAccess.prefault({}),
  /** As designs named three of the endings before all had a name; read into `endings`. */
  completionCode: endingCode.nullish(),
  completionUrl: webAddress.nullish(),
  screenedOutUrl: webAddress.nullish(),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
});

export const studyDesign = designFields
  .superRefine((design, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    const names = design.arms.map((value) => value.name.toLowerCase());
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index) refuse(["arms", index, "name"], "Two arms have this name.");
    });
    const keys = design.criteria.map((value) => value.key);
    design.criteria.forEach(({ key, questionType }, index) => {
      if (keys.indexOf(key) !== index) refuse(["criteria", index, "key"], "Two criteria have this key.");
      const { fewestArms } = questionTypes[questionType].plan;
      if (fewestArms > fewestOfAll && design.arms.length < fewestArms) {
        refuse(
          ["criteria", index, "questionType"],
          `A question of type “${questionType}” needs at least ${fewestArms} arms.`,
        );
      }
    });
    const hasPairs = design.criteria.some(({ questionType }) => showsPairs(questionType));
    const hasAttention = design.criteria.some(
      ({ questionType }) => questionTypes[questionType].checks.attention,
    );
    if (design.opponents !== null && !hasPairs) {
      refuse(["opponents"], "Opponents only apply to questions that show pairs.");
    }
    if (design.pairChoice === "active" && !hasPairs) {
      refuse(["pairChoice"], "Pairs can only be chosen actively if a question shows pairs.");
    }
    if (design.qualityControl.attentionChecks > 0 && !hasAttention) {
      refuse(
        ["qualityControl", "attentionChecks"],
        "Attention checks need a question with pairs or a scale.",
      );
    }
    for (const [index, check] of design.checks.entries()) {
      const fault = pickedCheckFault(check, design.criteria);
      if (fault) refuse(["checks", index, fault.field], fault.message);
    }
    for (const use of checkUses) {
      const field = use === "training" ? "trainingItems" : "goldItems";
      const message =
        checkShortage(design, design.qualityControl, use) ?? exclusionShortage(design.qualityControl, use);
      if (message !== null) refuse(["qualityControl", field], message);
    }
    if (design.primary) {
      const { question, arms } = design.primary;
      if (!keys.includes(question)) {
        refuse(
          ["primary", "question"],
          `No question has the key “${question}”. There are ${keys.join(", ")}.`,
        );
      }
      const written = design.arms.map(({ name }) => name);
      for (const [index, name] of arms.entries()) {
        if (name === "") refuse(["primary", "arms", index], "Choose the two arms.");
        else if (!written.includes(name)) {
          refuse(["primary", "arms", index], `No arm is named “${name}”. There are ${written.join(", ")}.`);
        }
      }
      if (arms[0] !== "" && arms[0] === arms[1]) refuse(["primary", "arms", 1], "Choose two different arms.");
    }
    if (design.stopRule) {
      if (!hasPairs) refuse(["stopRule"], "Stopping early needs a question that shows pairs.");
      const { arms } = design.stopRule;
      if (arms !== "all") {
        for (const [index, name] of arms.entries()) {
          if (!names.includes(name.toLowerCase()))
            refuse(["stopRule", "arms", index], `No arm is named “${name}”.`);
        }
      }
    }
  })
  .transform(withNamedEndings);

/** As a design is stored: one from before a rule was made is read as it is, and refused when it is saved again. */
export const storedDesign = designFields.transform(withNamedEndings);

function withNamedEndings({
  completionCode,
  completionUrl,
  screenedOutUrl,
  ...design
}: z.output<typeof designFields>) {
  const complete = toEnding(completionCode ?? null, completionUrl ?? null);
  const screenedOut = toEnding(null, screenedOutUrl ?? null);
  const named: Endings = {
    ...design.endings,
    complete: design.endings.complete ?? complete,
    screenedOut: design.endings.screenedOut ?? screenedOut,
  };
  return { ...design, endings: named };
}

function toEnding(code: string | null, url: string | null): Ending | null {
  return code === null && url === null ? null : { code, url };
}

export type StudyDesignInput = z.input<typeof studyDesign>;
export type StudyDesign = z.output<typeof studyDesign>;
