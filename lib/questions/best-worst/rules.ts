/** The rules of best and worst. */
import type { BestImage } from "../best-image";
import { armsTogether } from "../item-plans";
import type { QuestionRules } from "../question-type";
import { type BestWorstGiven, bestWorstAnswers } from "./answer";
import { bestWorstChecks, type Extremes } from "./checks";
import { bestWorstColumns } from "./columns";
import { type BestWorstAnswer, bestWorstModel } from "./statistics";
import { bestWorstWords } from "./words";

export const rules: QuestionRules<"best-worst", BestWorstGiven, BestWorstAnswer, Extremes | BestImage> = {
  words: bestWorstWords,
  plan: armsTogether,
  answers: bestWorstAnswers,
  checks: bestWorstChecks,
  statistics: bestWorstModel,
  columns: bestWorstColumns,
};
