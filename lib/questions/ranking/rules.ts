/** The rules of rankings. */
import type { BestImage } from "../best-image";
import { armsTogether } from "../item-plans";
import type { QuestionRules } from "../question-type";
import { type RankingGiven, rankingAnswers } from "./answer";
import { type ImageOrder, rankingChecks } from "./checks";
import { rankingColumns } from "./columns";
import { type RankingAnswer, rankingModel } from "./statistics";
import { rankingWords } from "./words";

export const rules: QuestionRules<"ranking", RankingGiven, RankingAnswer, ImageOrder | BestImage> = {
  words: rankingWords,
  plan: armsTogether,
  answers: rankingAnswers,
  checks: rankingChecks,
  statistics: rankingModel,
  columns: rankingColumns,
};
