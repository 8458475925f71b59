/** Two images: left, right, both equally, or neither fits. */
import type { BestImage } from "../best-image";
import { pairsOfArms } from "../item-plans";
import type { QuestionType } from "../question-type";
import type { Exactly } from "../right-answer";
import { type PairGiven, pairAnswers } from "./answer";
import { pairChecks } from "./checks";
import { pairColumns } from "./columns";
import { pairRightAnswers } from "./right-answers";
import { type PairAnswer, pairModel } from "./statistics";
import { pairWords } from "./words";

export const pair: QuestionType<"pair", PairGiven, PairAnswer, BestImage | Exactly> = {
  name: "pair",
  words: pairWords,
  plan: pairsOfArms,
  answers: pairAnswers,
  checks: pairChecks,
  rightAnswers: pairRightAnswers,
  statistics: pairModel,
  columns: pairColumns,
};
