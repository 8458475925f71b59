/** What a question type declares: in its index.ts what a rater's browser loads, in its rules.ts everything else. */
import type { z } from "zod";
import type { AnswerModel, ShownAnswer } from "@/lib/statistics/answer-model";
import type { Winner } from "@/lib/statistics/vote";
import type { RaterQuestion } from "./rater-question";
import type { RightAnswerKind } from "./right-answer";

export type StandardKey = "caption-similarity" | "photorealism";
export type InterfaceLanguage = "en" | "de";

/** An answer in terms of places on the rater's screen, from 0 at the left or top. */
export type TypedAnswer<Name extends string> = { readonly type: Name };
/** An answer in terms of arms. `shown` are the arms from left to right. */
export type TypedArmAnswer<Name extends string> = ShownAnswer & TypedAnswer<Name>;

/** Nothing that is not a type or behind `rules` may load a schema or statistics. */
export type QuestionType<
  Name extends string,
  Given extends TypedAnswer<Name>,
  Arm extends TypedArmAnswer<Name>,
  Right extends { type: string },
  Strings,
> = {
  /** In designs, in exports and in the database. */
  readonly name: Name;
  readonly rightAnswers: RightAnswers<Given, Right>;
  readonly screen: RaterQuestion<Given, Strings>;
  /** Loaded everywhere but in a rater's browser. */
  rules(): Promise<{ readonly rules: QuestionRules<Name, Given, Arm, Right> }>;
};

/** Infers the types of a question type, and checks that its screen and its rules are about the same answers. */
export function questionType<
  const Name extends string,
  Given extends TypedAnswer<Name>,
  Arm extends TypedArmAnswer<Name>,
  Right extends { type: string },
  Strings,
>(type: QuestionType<Name, Given, Arm, Right, Strings>): QuestionType<Name, Given, Arm, Right, Strings> {
  return type;
}

export type QuestionRules<
  Name extends string,
  Given extends TypedAnswer<Name>,
  Arm extends TypedArmAnswer<Name>,
  Right extends { type: string },
> = {
  readonly words: QuestionWords;
  readonly plan: ItemPlan;
  readonly answers: AnswerKind<Name, Given, Arm>;
  readonly checks: Checks<Right>;
  readonly statistics: AnswerModel<Arm>;
  readonly columns: VoteColumns<Arm>;
};

/** For researchers in English, and the two standard questions as raters read them. */
export type QuestionWords = {
  /** Among the choices of the study form. */
  readonly option: string;
  /** After a question, in a study's description: "in pairs". */
  readonly asked: string;
  /** What the answers are called: "votes". */
  readonly answers: string;
  readonly standardQuestions: Readonly<Record<StandardKey, Readonly<Record<InterfaceLanguage, string>>>>;
  readonly model: ModelWords;
};

/** What the statistical model is called. */
export type ModelWords = {
  /** On the axis of ratings. */
  readonly ratings: string;
  /** In the terminal, of the column of ratings; plain ASCII. */
  readonly terminal: string;
  /** In a study's registration, after "key: ". */
  readonly registration: string;
  /** A part of the registration of its own: a title and lines. */
  readonly registrationPart?: readonly [title: string, lines: readonly string[]];
};

/** Which images are judged together. Arms are their indices in the study. */
export type ItemPlan = {
  readonly fewestArms: number;
  /** Images of one item. */
  readonly images: { readonly least: number; readonly most: number };
  itemsPerCaption(armCount: number, opponents: number | null): number;
  /** Sets of arms for one caption. @param shuffled the arms in an order drawn for the caption */
  sets(armCount: number, opponents: number | null, shuffled: () => readonly number[]): readonly number[][];
};

export type AnswerKind<
  Name extends string,
  Given extends TypedAnswer<Name>,
  Arm extends TypedArmAnswer<Name>,
> = {
  /** As a rater's browser sends it, and as it is stored. */
  readonly schema: z.ZodType<Given>;
  /** Why it does not fit an item with this number of images, as the end of a sentence; null if it fits. */
  fault(answer: Given, images: number): string | null;
  /** What the answer says about two images: present if and only if items are pairs. */
  toWinner?(answer: Given): Winner;
  toArms(answer: Given, seen: ShownAnswer): Arm;
  /** The reverse of `toArms`. */
  toPlaces(answer: Arm): Given;
  /** The answer with its arms called otherwise. @param seen what is renamed already */
  rename(answer: Arm, seen: ShownAnswer, name: (arm: string) => string): Arm;
  /** For researchers. */
  toText(answer: Arm): string;
};

export type Photograph = { readonly text: string; readonly sha256: string };

export type Checks<Right extends { type: string }> = {
  /** The kinds of correct answers that a researcher may give, the first being the usual one. */
  readonly kinds: readonly RightAnswerKind<Right>[];
  /** What the form for a correct answer asks. @param images that were chosen */
  fields(images: number): RightAnswerField[];
  /** Null while something is missing. @param typed by the fields' names */
  fromFields(typed: Readonly<Record<string, readonly string[] | undefined>>, images: number): Right | null;
  /** Number of photographs of other captions that `known` needs besides the caption's own. */
  strangers(armCount: number): number;
  /**
   * A check of caption similarity whose correct answer follows from the captions.
   *
   * @param strangers that the caption of `own` does not describe, the least alike first
   * @param isForeign whether the two captions have no word of content in common
   */
  known<Shown extends Photograph>(
    own: Shown,
    strangers: readonly Shown[],
    options: { index: number; armCount: number; isForeign: (stranger: Shown) => boolean },
  ): { expected: Right; images: Shown[] };
  /** A caption that asks for one particular answer; absent where no answer names itself. */
  attention?(index: number, language: InterfaceLanguage): { text: string; expected: Right; images: number };
};

/** A field of the form for a correct answer. `several`: any number of its choices; otherwise one. */
export type RightAnswerField = {
  readonly name: string;
  readonly label: string;
  readonly several?: true;
  /** Shown with all choices open instead of as a list that unfolds. */
  readonly open?: true;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
};

/** Correct answers are in the item's own order of images; placement: those images from left to right, as the rater saw them. */
export type RightAnswers<Given, Right> = {
  isRight(answer: Given, right: Right, placement: readonly number[]): boolean;
  /** The correct answer as this rater would have given it. */
  onScreen(given: Given, right: Right, placement: readonly number[]): Given;
};

/** Columns of votes.csv besides those of every vote. */
export type VoteColumns<Arm> = {
  /** The type's own. */
  readonly names: readonly string[];
  /** Cells of these, and `winner` where items are pairs; what is absent is an empty cell. */
  write(answer: Arm): Readonly<Record<string, string>>;
  /** Null where the cells are not an answer to what was shown. @throws SyntaxError where a list in them is not JSON */
  read(cells: Readonly<Record<string, string>>, seen: ShownAnswer): Arm | null;
};
