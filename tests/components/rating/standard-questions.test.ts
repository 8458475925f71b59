/** Raters who choose German see every standard question in German, whatever the study's language. */
import { expect, it } from "vitest";
import { de } from "@/components/rating/strings/de";
import { questionTypeNames, questionTypes } from "@/lib/questions/question-types";

it.each(questionTypeNames)("%s has its standard questions in the German table", (type) => {
  const questions = Object.values(questionTypes[type].words.standardQuestions);
  expect(questions.map(({ en }) => de.questions[en])).toEqual(questions.map(({ de }) => de));
});
