/** The rules of graded pairs. */
import type { BestImage } from "../best-image";
import { pairsOfArms } from "../item-plans";
import type { QuestionRules } from "../question-type";
import type { Exactly } from "../right-answer";
import { type GradedGiven, gradedAnswers } from "./answer";
import { gradedChecks } from "./checks";
import { gradedColumns } from "./columns";
import { type GradedAnswer, gradedModel } from "./statistics";
import { gradedWords } from "./words";

export const rules: QuestionRules<"graded-pair", GradedGiven, GradedAnswer, BestImage | Exactly> = {
  words: gradedWords,
  plan: pairsOfArms,
  answers: gradedAnswers,
  checks: gradedChecks,
  statistics: gradedModel,
  columns: gradedColumns,
};
