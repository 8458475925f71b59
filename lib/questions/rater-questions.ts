/** What a rater's browser knows of each type of question; no schema and no statistics are loaded with it. */
import { bestWorstRightAnswers } from "./best-worst/right-answers";
import { likertRightAnswers } from "./likert/right-answers";
import { pairRightAnswers } from "./pair/right-answers";
import type { RightAnswers } from "./question-type";
import type { QuestionTypeName } from "./question-types";
import { rankingRightAnswers } from "./ranking/right-answers";

// biome-ignore lint/suspicious/noExplicitAny: answers are handed to the type that they name
export const rightAnswers: Readonly<Record<QuestionTypeName, RightAnswers<any, any>>> = {
  pair: pairRightAnswers,
  likert: likertRightAnswers,
  ranking: rankingRightAnswers,
  "best-worst": bestWorstRightAnswers,
};
