/** The known correct answer of a check, and whether an answer is right. */
import {
  type ExpectedAnswer,
  type QuestionTypeName,
  questionTypeNames,
  questionTypes,
  type RaterAnswer,
} from "./question-types";
import { raterQuestions } from "./registry";
import type { RightAnswerKind } from "./right-answer";
import { toUnion } from "./typed-union";

export type { ExpectedAnswer };

/** By name. Several question types share some. */
const kinds: ReadonlyMap<string, RightAnswerKind<ExpectedAnswer>> = new Map(
  questionTypeNames.flatMap((name) => questionTypes[name].checks.kinds.map((kind) => [kind.name, kind])),
);

/** In terms of the item's own order of images, since places differ from rater to rater. */
export const expectedAnswer = toUnion<ExpectedAnswer>([...kinds.values()].map(({ schema }) => schema));

/** @param placement the item's image positions from left to right, as the rater saw them */
export function isExpected(
  answer: RaterAnswer,
  expected: ExpectedAnswer,
  placement: readonly number[],
): boolean {
  return raterQuestions[answer.type].rightAnswers.isRight(answer, expected, placement);
}

/** The expected answer as this rater would have given it, to be shown after a training item. */
export function expectedOnScreen(
  given: RaterAnswer,
  expected: ExpectedAnswer,
  placement: readonly number[],
): RaterAnswer {
  return raterQuestions[given.type].rightAnswers.onScreen(given, expected, placement);
}

/** Why a correct answer does not fit a question of this type about this number of images; null if it fits. */
export function expectedFault(
  expected: ExpectedAnswer,
  type: QuestionTypeName,
  images: number,
): string | null {
  const fitting = questionTypes[type].checks.kinds;
  const kind = fitting.find(({ name }) => name === expected.type);
  if (!kind) {
    return `A question of type “${type}” has a correct answer of type ${fitting.map(({ name }) => `“${name}”`).join(" or ")}, not “${expected.type}”.`;
  }
  if (kind.positions(expected).some((position) => position >= images)) {
    return `Images are counted from 0 to ${images - 1}.`;
  }
  return kind.fault?.(expected, images) ?? null;
}

/** In words for researchers; images are counted from 1 in the item's own order. */
export function expectedToText(expected: ExpectedAnswer): string {
  return kinds.get(expected.type)!.toText(expected);
}
