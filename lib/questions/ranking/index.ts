import type { QuestionType } from "../question-type";
import { type RankingAnswer, rankingModel } from "./statistics";

export const ranking: QuestionType<"ranking", RankingAnswer> = {
  name: "ranking",
  statistics: rankingModel,
  model: {
    ratings: "Rating on the Elo scale, mean 1000 (Plackett and Luce’s model)",
    terminal: "Elo scale from Plackett and Luce's model of rankings, mean 1000",
    registration: "Plackett and Luce's model of rankings",
  },
};
