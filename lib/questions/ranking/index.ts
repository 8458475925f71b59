/** Three or more images, from best to worst. */
import type { BestImage } from "../best-image";
import { armsTogether } from "../item-plans";
import type { QuestionType } from "../question-type";
import { type RankingGiven, rankingAnswers } from "./answer";
import { type ImageOrder, rankingChecks } from "./checks";
import { rankingColumns } from "./columns";
import { rankingRightAnswers } from "./right-answers";
import { type RankingAnswer, rankingModel } from "./statistics";
import { rankingWords } from "./words";

export const ranking: QuestionType<"ranking", RankingGiven, RankingAnswer, ImageOrder | BestImage> = {
  name: "ranking",
  words: rankingWords,
  plan: armsTogether,
  answers: rankingAnswers,
  checks: rankingChecks,
  rightAnswers: rankingRightAnswers,
  statistics: rankingModel,
  columns: rankingColumns,
};
