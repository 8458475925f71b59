/** Two images: left, right, both equally, or neither fits. */
import { questionType } from "../question-type";
import { pairRightAnswers } from "./right-answers";
import { pairScreen } from "./screen";

export const pair = questionType({
  name: "pair",
  rightAnswers: pairRightAnswers,
  screen: pairScreen,
  rules: () => import("./rules"),
});
