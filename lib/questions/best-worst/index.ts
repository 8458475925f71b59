import type { QuestionType } from "../question-type";
import { type BestWorstAnswer, bestWorstModel } from "./statistics";

export const bestWorst: QuestionType<"best-worst", BestWorstAnswer> = {
  name: "best-worst",
  statistics: bestWorstModel,
  model: {
    ratings: "Rating on the Elo scale, mean 1000 (maximum difference model)",
    terminal: "Elo scale from the maximum difference model of best and worst, mean 1000",
    registration: "the maximum difference model of best and worst choices",
  },
};
