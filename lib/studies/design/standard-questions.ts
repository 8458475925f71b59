/** The standard criteria's questions as raters read them, by question type and language. */
import type { StandardKey } from "@/lib/questions/question-type";
import { type QuestionTypeName, questionTypes } from "@/lib/questions/question-types";
import type { RaterLanguage } from "./rater-languages";

export type { StandardKey };

export const standardKeys: readonly StandardKey[] = ["caption-similarity", "photorealism"];

export function standardQuestion(key: StandardKey, type: QuestionTypeName, language: RaterLanguage): string {
  return questionTypes[type].words.standardQuestions[key][language];
}
