/** Three or more images, from best to worst. */
import { questionType } from "../question-type";
import { rankingRightAnswers } from "./right-answers";
import { rankingScreen } from "./screen";

export const ranking = questionType({
  name: "ranking",
  rightAnswers: rankingRightAnswers,
  screen: rankingScreen,
  rules: () => import("./rules"),
});
