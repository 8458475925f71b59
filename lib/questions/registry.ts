/**
 * The question types, one line each. A rater's browser loads this file, which imports neither schemas nor statistics.
 * Code that needs a type's rules imports question-types.ts.
 */
import { bestWorst } from "./best-worst";
import { gradedPair } from "./graded-pair";
import { likert } from "./likert";
import { pair } from "./pair";
import type { QuestionType } from "./question-type";
import { ranking } from "./ranking";

/** In the order in which forms offer them, the usual one first. */
export const registry = [pair, gradedPair, likert, ranking, bestWorst] as const;

export type RegisteredType = (typeof registry)[number];
export type QuestionTypeName = RegisteredType["name"];

/** What the screens read, by type. */
export type AnswerStrings = {
  readonly [Type in RegisteredType as Type["name"]]: Type extends QuestionType<
    infer _Name,
    infer _Given,
    infer _Arm,
    infer _Right,
    infer Strings
  >
    ? Strings
    : never;
};

// biome-ignore lint/suspicious/noExplicitAny: answers and strings are handed to the type that they name
type AnyQuestionType = QuestionType<QuestionTypeName, any, any, any, any>;

/** What a rater's browser knows of each type. */
export const raterQuestions = Object.fromEntries(
  registry.map((type: Pick<AnyQuestionType, "name" | "rightAnswers" | "screen">) => [type.name, type]),
) as Readonly<Record<QuestionTypeName, Pick<AnyQuestionType, "rightAnswers" | "screen">>>;
