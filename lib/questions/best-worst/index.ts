/** Three or more images: the best and the worst. */
import type { BestImage } from "../best-image";
import { armsTogether } from "../item-plans";
import type { QuestionType } from "../question-type";
import { type BestWorstGiven, bestWorstAnswers } from "./answer";
import { bestWorstChecks, type Extremes } from "./checks";
import { bestWorstColumns } from "./columns";
import { bestWorstRightAnswers } from "./right-answers";
import { type BestWorstAnswer, bestWorstModel } from "./statistics";
import { bestWorstWords } from "./words";

export const bestWorst: QuestionType<"best-worst", BestWorstGiven, BestWorstAnswer, Extremes | BestImage> = {
  name: "best-worst",
  words: bestWorstWords,
  plan: armsTogether,
  answers: bestWorstAnswers,
  checks: bestWorstChecks,
  rightAnswers: bestWorstRightAnswers,
  statistics: bestWorstModel,
  columns: bestWorstColumns,
};
