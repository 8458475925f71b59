/**
 * Checks of the raters that a researcher picks: images and the correct answer. Only for caption similarity are right
 * answers known without a person, see `planChecks`; a photograph of something else is still a photograph.
 */
import { z } from "zod";
import { expectedAnswer, expectedFault } from "@/lib/questions/expected-answer";
import { type QuestionTypeName, questionTypes } from "@/lib/questions/question-types";
import type { QualityControl } from "./quality-control";

/** The one question whose correct answers follow from the dataset: an image's own caption fits it, another's does not. */
export const automaticKey = "caption-similarity";

export const checkUses = ["training", "gold"] as const;
export type CheckUse = (typeof checkUses)[number];

export const pickedCheck = z.object({
  /** Key of the question that is asked. */
  criterion: z.string(),
  /** training: in the round before the study, with feedback. gold: among the other items. */
  use: z.enum(checkUses),
  /** The caption that is shown. */
  captionId: z.uuid(),
  /** SHA-256 of images of a dataset or a sample set. */
  images: z.array(z.string().regex(/^[0-9a-f]{64}$/, "The SHA-256 of an image, in lower case.")),
  /** In terms of the order of `images`, from 0. */
  right: expectedAnswer,
});
export type PickedCheck = z.infer<typeof pickedCheck>;

type AskedQuestion = { key: string; questionType: QuestionTypeName };
type CheckedDesign = { criteria: readonly AskedQuestion[]; checks: readonly PickedCheck[] };

/** What is wrong with a picked check, and in which field; null where it can be asked. */
export function pickedCheckFault(
  check: PickedCheck,
  criteria: readonly AskedQuestion[],
): { field: keyof PickedCheck; message: string } | null {
  const question = criteria.find(({ key }) => key === check.criterion);
  if (!question) {
    return {
      field: "criterion",
      message: `No question has the key “${check.criterion}”. There are ${criteria.map(({ key }) => key).join(", ")}.`,
    };
  }
  const { questionType } = question;
  const { least, most } = questionTypes[questionType].plan.images;
  const count = check.images.length;
  if (count < least || count > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    return {
      field: "images",
      message: `A check for a question of type “${questionType}” shows ${wanted} ${most === 1 ? "image" : "images"}, not ${count}.`,
    };
  }
  if (new Set(check.images).size < count) {
    return { field: "images", message: "The same image is named twice." };
  }
  const message = expectedFault(check.right, questionType, count);
  return message === null ? null : { field: "right", message };
}

/** A check of one question as the form sends it; null as the correct answer while something of it is missing. */
export function checkOf(question: AskedQuestion) {
  return pickedCheck.extend({ right: expectedAnswer.nullable() }).superRefine((check, context) => {
    const fault = pickedCheckFault({ ...check, right: check.right ?? anyAnswer }, [question]);
    const found =
      check.right === null && fault?.field !== "images"
        ? { field: "right", message: "Choose the correct answer." }
        : fault;
    if (found) context.addIssue({ code: "custom", path: [found.field], message: found.message });
  });
}

/** Shown in for an answer that is not known yet, when only the rest of a check is looked at. */
const anyAnswer: PickedCheck["right"] = { type: "best", position: 0 };

/** Why the design cannot have this number of checks of one use; null if it can. */
export function checkShortage(
  { criteria, checks }: CheckedDesign,
  control: Pick<QualityControl, "trainingItems" | "goldItems">,
  use: CheckUse,
): string | null {
  const asked = use === "training" ? control.trainingItems : control.goldItems;
  const picked = checks.filter((check) => check.use === use).length;
  if (asked <= picked || criteria.some(({ key }) => key === automaticKey)) return null;
  const questions = criteria.map(({ key }) => `“${key}”`).join(", ");
  const name = use === "training" ? "training items" : "gold items";
  return (
    `Correct answers are only known automatically for the question “${automaticKey}”. For ${questions}, pick images and correct answers: ` +
    `${asked} ${name} are requested, but ${picked} picked. Save the draft with ${picked}, pick more on its page “Checks”, then raise the number.`
  );
}
