/** A graded pair on the rater's screen: seven buttons from left to right, digits, and arrows from button to button. */
import type { AnswerButton, RaterQuestion } from "../rater-question";
import type { GradedGiven } from "./answer";

type Strings = {
  readonly equal: string;
  /** By 1, 2 and 3 steps. */
  readonly slightly: (side: string) => string;
  readonly better: (side: string) => string;
  readonly much: (side: string) => string;
};

const grades = [-3, -2, -1, 0, 1, 2, 3];

const given = (grade: number): GradedGiven => ({ type: "graded-pair", grade });

function label(
  grade: number,
  { equal, slightly, better, much }: Strings,
  left: string,
  right: string,
): string {
  if (grade === 0) return equal;
  return [slightly, better, much][Math.abs(grade) - 1]!(grade < 0 ? left : right);
}

function sign(grade: number, left: string, right: string): string {
  return grade === 0 ? "=" : (grade < 0 ? left : right).repeat(Math.abs(grade));
}

export const gradedScreen: RaterQuestion<GradedGiven, Strings> = {
  buttons: (strings, { left, right, upper, lower }) => ({
    buttons: grades.map(
      (grade, index): AnswerButton<GradedGiven> => ({
        answer: given(grade),
        label: label(grade, strings, left, right),
        stackedLabel: label(grade, strings, upper, lower),
        sign: { beside: sign(grade, "‹", "›"), stacked: sign(grade, "↑", "↓") },
        keyNames: [String(index + 1), null],
      }),
    ),
    columns: { narrow: 7, wide: 7 },
  }),
  onKey(key) {
    if (key === "ArrowLeft") return { step: -1 };
    if (key === "ArrowRight") return { step: 1 };
    return /^[1-7]$/.test(key) ? { answer: given(grades[Number(key) - 1]!) } : null;
  },
  worstPlace: ({ grade }) => (grade < 0 ? 1 : 0),
  toText: ({ grade }, strings, nameOf) => label(grade, strings, nameOf(0), nameOf(1)),
};
