/** The types of questions that a study can ask, and what follows for all of them together. */
import { bestWorst } from "./best-worst";
import { likert } from "./likert";
import { pair } from "./pair";
import type { QuestionType } from "./question-type";
import { ranking } from "./ranking";

/** In the order in which forms offer them. */
const listed = [pair, likert, ranking, bestWorst] as const;

type Listed = (typeof listed)[number];
export type QuestionTypeName = Listed["name"];

/** An answer to a question of any type, in terms of arms. */
export type ArmAnswer = Listed extends infer Type
  ? Type extends QuestionType<infer _Name, infer Answer>
    ? Answer
    : never
  : never;

/** What is known of a type whose answers are not looked into. */
// biome-ignore lint/suspicious/noExplicitAny: answers are handed to the type that they name
type AnyType = QuestionType<QuestionTypeName, any>;

export const questionTypes = Object.fromEntries(listed.map((type) => [type.name, type])) as Readonly<
  Record<QuestionTypeName, AnyType>
>;

export const questionTypeNames: readonly QuestionTypeName[] = listed.map(({ name }) => name);
