import type { QuestionType } from "../question-type";
import { type LikertAnswer, likertModel } from "./statistics";

export const likert: QuestionType<"likert", LikertAnswer> = {
  name: "likert",
  statistics: likertModel,
  model: {
    ratings: "Mean score on the five-point scale",
    terminal: "mean score",
    registration: "the mean score of each arm",
  },
};
