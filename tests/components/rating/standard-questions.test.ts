/** Anyone who reads German sees every standard question in German, whatever language the study opened in. */
import { expect, it } from "vitest";
import { de } from "@/components/rating/strings/de";
import { questionTypeNames, questionTypes } from "@/lib/questions/question-types";

it.each(questionTypeNames)("%s has its standard questions in the German table", (type) => {
  const questions = Object.values(questionTypes[type].words.standardQuestions);
  expect(questions.map(({ en }) => de.questions[en])).toEqual(questions.map(({ de }) => de));
});
