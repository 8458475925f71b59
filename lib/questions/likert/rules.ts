/** The rules of scores on five points. */
import { singleArms } from "../item-plans";
import type { QuestionRules } from "../question-type";
import { type LikertGiven, likertAnswers } from "./answer";
import { likertChecks, type Scores } from "./checks";
import { likertColumns } from "./columns";
import { type LikertAnswer, likertModel } from "./statistics";
import { likertWords } from "./words";

export const rules: QuestionRules<"likert", LikertGiven, LikertAnswer, Scores> = {
  words: likertWords,
  plan: singleArms,
  answers: likertAnswers,
  checks: likertChecks,
  statistics: likertModel,
  columns: likertColumns,
};
