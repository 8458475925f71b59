/** The rules of pairs. */
import type { BestImage } from "../best-image";
import { pairsOfArms } from "../item-plans";
import type { QuestionRules } from "../question-type";
import type { Exactly } from "../right-answer";
import { type PairGiven, pairAnswers } from "./answer";
import { pairChecks } from "./checks";
import { pairColumns } from "./columns";
import { type PairAnswer, pairModel } from "./statistics";
import { pairWords } from "./words";

export const rules: QuestionRules<"pair", PairGiven, PairAnswer, BestImage | Exactly> = {
  words: pairWords,
  plan: pairsOfArms,
  answers: pairAnswers,
  checks: pairChecks,
  statistics: pairModel,
  columns: pairColumns,
};
