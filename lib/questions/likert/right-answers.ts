/** Which scores are right. */
import type { RightAnswers } from "../question-type";
import type { LikertGiven } from "./answer";
import type { Scores } from "./checks";

export const likertRightAnswers: RightAnswers<LikertGiven, Scores> = {
  isRight: ({ score }, { scores }) => scores.includes(score),
  onScreen: (_given, { scores }) => ({ type: "likert", score: scores[Math.floor(scores.length / 2)]! }),
};
