/** Three or more images: the best and the worst. */
import { questionType } from "../question-type";
import { bestWorstRightAnswers } from "./right-answers";
import { bestWorstScreen } from "./screen";

export const bestWorst = questionType({
  name: "best-worst",
  rightAnswers: bestWorstRightAnswers,
  screen: bestWorstScreen,
  rules: () => import("./rules"),
});
