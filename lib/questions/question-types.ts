/** The question types with their rules, and what follows for all of them together. */
import { SemblanceError } from "@/lib/errors";
import type { QuestionRules } from "./question-type";
import { type QuestionTypeName, type RegisteredType, registry } from "./registry";

export type { QuestionTypeName };

type Rules = Awaited<ReturnType<RegisteredType["rules"]>>["rules"];

/** An answer in terms of places on the rater's screen. */
export type RaterAnswer = Rules extends infer Each
  ? Each extends QuestionRules<infer _Name, infer Given, infer _Arm, infer _Right>
    ? Given
    : never
  : never;

/** An answer in terms of arms. */
export type ArmAnswer = Rules extends infer Each
  ? Each extends QuestionRules<infer _Name, infer _Given, infer Arm, infer _Right>
    ? Arm
    : never
  : never;

/** The correct answer to a check. */
export type ExpectedAnswer = Rules extends infer Each
  ? Each extends QuestionRules<infer _Name, infer _Given, infer _Arm, infer Right>
    ? Right
    : never
  : never;

// biome-ignore lint/suspicious/noExplicitAny: answers are handed to the type that they name
type AnyRules = QuestionRules<QuestionTypeName, any, any, any>;

export const questionTypes = Object.fromEntries(
  await Promise.all(registry.map(async (type) => [type.name, (await type.rules()).rules])),
) as Readonly<Record<QuestionTypeName, AnyRules>>;

export const questionTypeNames: readonly QuestionTypeName[] = registry.map(({ name }) => name);
export const usualQuestionType: QuestionTypeName = registry[0].name;

/** Whether items are pairs, of which each arm has opponents. */
export function showsPairs(name: QuestionTypeName): boolean {
  return questionTypes[name].answers.toWinner !== undefined;
}

export const pairTypes: readonly QuestionTypeName[] = questionTypeNames.filter(showsPairs);

/** @throws SemblanceError `invalid_input` for a name that this Semblance does not know */
export function toQuestionTypeName(stored: string): QuestionTypeName {
  const name = questionTypeNames.find((known) => known === stored);
  if (name !== undefined) return name;
  throw new SemblanceError("invalid_input", `There is no question type “${stored}”.`, {
    remedy: `This version knows ${questionTypeNames.join(", ")}. A newer version may know it.`,
  });
}
