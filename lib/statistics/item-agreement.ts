/** The items on which raters agreed most and least. */
import type { ShownAnswer } from "./answer-model";

/** All answers to one question about one caption and the same arms. */
export type JudgedItem<Answer extends ShownAnswer> = {
  readonly caption: string;
  /** In alphabetical order. */
  readonly arms: readonly string[];
  readonly answers: readonly Answer[];
  /** Mean likeness of two answers, 0 to 1. */
  readonly agreement: number;
};

/**
 * The `count` items with the highest agreement and the `count` with the lowest, among those with at least two answers:
 * no item is in both lists, and items on which all agree are never among the lowest. Of equal items, those with more answers
 * come first: agreement of three people says more than that of two.
 *
 * @param answers all of one question
 * @param likeness of two answers to one item, 0 to 1
 */
export function itemsByAgreement<Answer extends ShownAnswer>(
  answers: readonly Answer[],
  count: number,
  likeness: (one: Answer, other: Answer) => number,
): { strongest: JudgedItem<Answer>[]; weakest: JudgedItem<Answer>[] } {
  const byItem = new Map<string, Answer[]>();
  for (const answer of answers) {
    const key = JSON.stringify([answer.caption, [...answer.shown].sort()]);
    const known = byItem.get(key);
    if (known) known.push(answer);
    else byItem.set(key, [answer]);
  }
  const items = [...byItem.values()]
    .filter((own) => own.length >= 2)
    .map((own) => ({
      caption: own[0]!.caption,
      arms: [...own[0]!.shown].sort(),
      answers: own,
      agreement: meanLikeness(own, likeness),
    }));
  const byAnswers = (a: JudgedItem<Answer>, b: JudgedItem<Answer>) => b.answers.length - a.answers.length;
  const strongest = [...items].sort((a, b) => b.agreement - a.agreement || byAnswers(a, b)).slice(0, count);
  const weakest = items
    .filter((item) => item.agreement < 1 && !strongest.includes(item))
    .sort((a, b) => a.agreement - b.agreement || byAnswers(a, b))
    .slice(0, count);
  return { strongest, weakest };
}

function meanLikeness<Answer>(
  answers: readonly Answer[],
  likeness: (one: Answer, other: Answer) => number,
): number {
  let sum = 0;
  answers.forEach((one, index) => {
    for (let at = index + 1; at < answers.length; at++) sum += likeness(one, answers[at]!);
  });
  return sum / ((answers.length * (answers.length - 1)) / 2);
}
