/** One image on a scale of five points. */
import { questionType } from "../question-type";
import { likertRightAnswers } from "./right-answers";
import { likertScreen } from "./screen";

export const likert = questionType({
  name: "likert",
  rightAnswers: likertRightAnswers,
  screen: likertScreen,
  rules: () => import("./rules"),
});
