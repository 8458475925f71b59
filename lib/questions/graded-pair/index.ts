/** Two images: how much better one of them is, in seven steps (comparison category rating, ITU-T P.800). */
import { questionType } from "../question-type";
import { gradedRightAnswers } from "./right-answers";
import { gradedScreen } from "./screen";

export const gradedPair = questionType({
  name: "graded-pair",
  rightAnswers: gradedRightAnswers,
  screen: gradedScreen,
  rules: () => import("./rules"),
});
