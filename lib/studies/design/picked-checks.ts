/**
 * Checks of the raters that a researcher picks: images and the right answer. Only for caption similarity are right
 * answers known without a person, see `planChecks`; a photograph of something else is still a photograph.
 */
import { z } from "zod";
import { expectedAnswer } from "@/lib/questions/expected-answer-schema";
import type { QuestionTypeName } from "@/lib/questions/question-types";
import { likertPoints } from "@/lib/questions/rater-answer";
import { mostRanked } from "./items-per-caption";
import type { QualityControl } from "./quality-control";

/** The one question whose right answers follow from the dataset: an image's own caption fits it, another's does not. */
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
  pictures: z.array(z.string().regex(/^[0-9a-f]{64}$/, "The SHA-256 of an image, in lower case.")),
  /** In terms of the order of `pictures`, from 0. */
  right: expectedAnswer,
});
export type PickedCheck = z.infer<typeof pickedCheck>;

type AskedQuestion = { key: string; questionType: QuestionTypeName };
type CheckedDesign = { criteria: readonly AskedQuestion[]; checks: readonly PickedCheck[] };

/** How many images a check of a question may show. */
export function picturesOfCheck(type: QuestionTypeName): { least: number; most: number } {
  if (type === "pair") return { least: 2, most: 2 };
  if (type === "likert") return { least: 1, most: 1 };
  return { least: 3, most: mostRanked };
}

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
  const { least, most } = picturesOfCheck(questionType);
  const count = check.pictures.length;
  if (count < least || count > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    return {
      field: "pictures",
      message: `A check of a question of type “${questionType}” shows ${wanted} ${most === 1 ? "image" : "images"}, not ${count}.`,
    };
  }
  if (new Set(check.pictures).size < count) {
    return { field: "pictures", message: "The same image is named twice." };
  }
  const message = rightAnswerFault(check.right, questionType, count);
  return message === null ? null : { field: "right", message };
}

const fittingAnswers: Record<QuestionTypeName, readonly PickedCheck["right"]["type"][]> = {
  pair: ["best", "exactly"],
  likert: ["scores"],
  ranking: ["order", "best"],
  "best-worst": ["best-worst", "best"],
};

function rightAnswerFault(
  right: PickedCheck["right"],
  questionType: QuestionTypeName,
  count: number,
): string | null {
  const fitting = fittingAnswers[questionType];
  if (!fitting.includes(right.type)) {
    return `A question of type “${questionType}” has a right answer of type ${fitting.map((type) => `“${type}”`).join(" or ")}, not “${right.type}”.`;
  }
  const positions =
    right.type === "best"
      ? [right.position]
      : right.type === "order"
        ? right.order
        : right.type === "best-worst"
          ? [right.best, right.worst]
          : [];
  if (positions.some((position) => position >= count)) {
    return `Images are counted from 0 to ${count - 1}.`;
  }
  if (right.type === "order" && (right.order.length !== count || new Set(right.order).size !== count)) {
    return `The order names each of the ${count} images once.`;
  }
  if (right.type === "best-worst" && right.best === right.worst) {
    return "Best and worst are the same image.";
  }
  if (right.type === "scores") {
    const { scores } = right;
    if (scores.some((score) => score < 1 || score > likertPoints)) {
      return `Scores lie between 1 and ${likertPoints}.`;
    }
    if (new Set(scores).size >= likertPoints) return "If every score is right, the check finds nobody.";
  }
  return null;
}

/** Why the design cannot have so many checks of one use; null where it can. */
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
    `Right answers are known by themselves for the question “${automaticKey}” alone. For ${questions} you pick the images and the right answers: ` +
    `${asked} ${name} are asked for and ${picked} picked. Save the draft with ${picked}, pick more on its page “Checks”, then ask for them.`
  );
}
