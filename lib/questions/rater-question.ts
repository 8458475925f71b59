/** What a type of question declares for the rater's screen. Nothing here may load a schema or statistics. */

/** What the two images of a pair are called, side by side and one above the other. */
export type Sides = {
  readonly left: string;
  readonly right: string;
  readonly upper: string;
  readonly lower: string;
};

/** Exactly one of `buttons` and `taps` says how an answer is made. */
export type RaterQuestion<Given, Strings> = {
  buttons?(strings: Strings, sides: Sides): AnswerButtons<Given>;
  readonly taps?: Taps<Strings>;
  /** The answer that the tapped places make, in their order; null while some are missing. Absent: images are not tapped. */
  fromTaps?(tapped: readonly number[], images: number): Given | null;
  /** What a key does; null where it does nothing. Single characters come only where the rater wants them. */
  onKey(key: string): KeyAction<Given> | null;
  /** The place of the image that most likely has faults. */
  worstPlace(answer: Given): number;
  /** What the answer is called after a training item. @param nameOf the image at a place */
  toText(answer: Given, strings: Strings, nameOf: (place: number) => string): string;
};

/** An answer, a tap on the image at a place, or a step to another button. */
export type KeyAction<Given> =
  | { readonly answer: Given }
  | { readonly tap: number }
  | { readonly step: -1 | 1 };

export type AnswerButtons<Given> = {
  readonly buttons: readonly AnswerButton<Given>[];
  /** How many are in a row, on narrow and on wide screens. */
  readonly columns: { readonly narrow: 1 | 2 | 7; readonly wide: 4 | 5 | 7 };
};

export type AnswerButton<Given> = {
  readonly answer: Given;
  readonly label: string;
  /** Where the images are one above the other. */
  readonly stackedLabel?: string;
  /** In place of the label on narrow screens, which then speak the label: as little as a sign. */
  readonly sign?: { readonly beside: string; readonly stacked: string };
  /** Its key where single characters are keys, and where they are not; null: none. */
  readonly keyNames: readonly [withCharacters: string | null, without: string | null];
};

/** Answers made by tapping one image after the other. */
export type Taps<Strings> = {
  /** How many complete the answer. */
  needed(images: number): number;
  /** What to tap next. */
  hint(strings: Strings, tapped: number): string;
  /** What is on the image that was tapped at this turn, from 0, and how it is spoken. */
  badge(strings: Strings, turn: number): { readonly text: string; readonly spoken: string };
};

/** Digits tap the image of that number. */
export function tapByDigit(key: string): { tap: number } | null {
  return /^[1-9]$/.test(key) ? { tap: Number(key) - 1 } : null;
}
