/** One image on a scale of five points. */
import { singleArms } from "../item-plans";
import type { QuestionType } from "../question-type";
import { type LikertGiven, likertAnswers } from "./answer";
import { likertChecks, type Scores } from "./checks";
import { likertColumns } from "./columns";
import { likertRightAnswers } from "./right-answers";
import { type LikertAnswer, likertModel } from "./statistics";
import { likertWords } from "./words";

export const likert: QuestionType<"likert", LikertGiven, LikertAnswer, Scores> = {
  name: "likert",
  words: likertWords,
  plan: singleArms,
  answers: likertAnswers,
  checks: likertChecks,
  rightAnswers: likertRightAnswers,
  statistics: likertModel,
  columns: likertColumns,
};
