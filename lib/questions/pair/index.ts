import type { QuestionType } from "../question-type";
import { type PairAnswer, pairModel } from "./statistics";

export const pair: QuestionType<"pair", PairAnswer> = {
  name: "pair",
  statistics: pairModel,
  model: {
    ratings: "Rating on the Elo scale, mean 1000 (Davidson’s model)",
    terminal: "Elo scale from Davidson's model, mean 1000",
    registration: "Davidson's model of paired comparisons, with ties and an advantage of the left side",
  },
};
