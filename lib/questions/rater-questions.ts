/** The types of questions as a rater's browser knows them; no schema and no statistics are loaded with it. */
import { bestWorstScreen } from "./best-worst/screen";
import { gradedScreen } from "./graded-pair/screen";
import { likertScreen } from "./likert/screen";
import { pairScreen } from "./pair/screen";
import type { QuestionTypeName } from "./question-types";
import { rankingScreen } from "./ranking/screen";
import type { RaterQuestion } from "./rater-question";

const screens = {
  pair: pairScreen,
  "graded-pair": gradedScreen,
  likert: likertScreen,
  ranking: rankingScreen,
  "best-worst": bestWorstScreen,
} satisfies Record<QuestionTypeName, unknown>;

/** What the screens read, by type. */
export type AnswerStrings = {
  readonly [Name in QuestionTypeName]: (typeof screens)[Name] extends RaterQuestion<
    infer _Given,
    infer _Right,
    infer Strings
  >
    ? Strings
    : never;
};

// biome-ignore lint/suspicious/noExplicitAny: answers and strings are handed to the type that they name
export const raterQuestions: Readonly<Record<QuestionTypeName, RaterQuestion<any, any, any>>> = screens;
