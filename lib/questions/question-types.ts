/** The types of questions that a study can ask, and what follows for all of them together. */
import { SemblanceError } from "@/lib/errors";
import { bestWorst } from "./best-worst";
import { gradedPair } from "./graded-pair";
import { likert } from "./likert";
import { pair } from "./pair";
import type { QuestionType } from "./question-type";
import { ranking } from "./ranking";

/** In the order in which forms offer them, the usual one first. */
const listed = [pair, gradedPair, likert, ranking, bestWorst] as const;

type Listed = (typeof listed)[number];
export type QuestionTypeName = Listed["name"];

/** An answer in terms of places on the rater's screen. */
export type RaterAnswer = Listed extends infer Type
  ? Type extends QuestionType<infer _Name, infer Given, infer _Arm, infer _Right>
    ? Given
    : never
  : never;

/** An answer in terms of arms. */
export type ArmAnswer = Listed extends infer Type
  ? Type extends QuestionType<infer _Name, infer _Given, infer Arm, infer _Right>
    ? Arm
    : never
  : never;

/** The correct answer to a check. */
export type ExpectedAnswer = Listed extends infer Type
  ? Type extends QuestionType<infer _Name, infer _Given, infer _Arm, infer Right>
    ? Right
    : never
  : never;

/** A type whose answers are not looked into here. */
// biome-ignore lint/suspicious/noExplicitAny: answers are handed to the type that they name
export type AnyQuestionType = QuestionType<QuestionTypeName, any, any, any>;

export const questionTypes = Object.fromEntries(listed.map((type) => [type.name, type])) as Readonly<
  Record<QuestionTypeName, AnyQuestionType>
>;

export const questionTypeNames: readonly QuestionTypeName[] = listed.map(({ name }) => name);
export const usualQuestionType: QuestionTypeName = listed[0].name;

/** Whether items are pairs, of which each arm has opponents. */
export function showsPairs(name: QuestionTypeName): boolean {
  return questionTypes[name].answers.toWinner !== undefined;
}

export const pairTypes: readonly QuestionTypeName[] = questionTypeNames.filter(showsPairs);

/** @throws SemblanceError `invalid_input` for a name that this Semblance does not know */
export function toQuestionTypeName(stored: string): QuestionTypeName {
  const name = questionTypeNames.find((known) => known === stored);
  if (name !== undefined) return name;
  throw new SemblanceError("invalid_input", `There is no question type “${stored}”.`, {
    remedy: `This version knows ${questionTypeNames.join(", ")}. A newer version may know it.`,
  });
}
