/** Two images: how much better one of them is, in seven steps (comparison category rating, ITU-T P.800). */
import type { BestImage } from "../best-image";
import { pairsOfArms } from "../item-plans";
import type { QuestionType } from "../question-type";
import type { Exactly } from "../right-answer";
import { type GradedGiven, gradedAnswers } from "./answer";
import { gradedChecks } from "./checks";
import { gradedColumns } from "./columns";
import { gradedRightAnswers } from "./right-answers";
import { type GradedAnswer, gradedModel } from "./statistics";
import { gradedWords } from "./words";

export const gradedPair: QuestionType<"graded-pair", GradedGiven, GradedAnswer, BestImage | Exactly> = {
  name: "graded-pair",
  words: gradedWords,
  plan: pairsOfArms,
  answers: gradedAnswers,
  checks: gradedChecks,
  rightAnswers: gradedRightAnswers,
  statistics: gradedModel,
  columns: gradedColumns,
};
