/** What a type of question declares. Everything else asks the registry, question-types.ts. */
import type { AnswerModel, ShownAnswer } from "@/lib/statistics/answer-model";

/** An answer in terms of arms. `shown` are the arms from left to right. */
export type TypedArmAnswer<Name extends string> = ShownAnswer & { readonly type: Name };

/** What the model is called, in running text. */
export type ModelWords = {
  /** On the axis of ratings. */
  readonly ratings: string;
  /** In the terminal, of the column of ratings; plain ASCII. */
  readonly terminal: string;
  /** In a study's registration. */
  readonly registration: string;
};

export type QuestionType<Name extends string, Arm extends TypedArmAnswer<Name>> = {
  /** In designs, in exports and in the database. */
  readonly name: Name;
  readonly statistics: AnswerModel<Arm>;
  readonly model: ModelWords;
};
