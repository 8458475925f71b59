/** On which items raters agreed most, and on which least. */
import type { ArmAnswer } from "./arm-answer";

/** All answers to one question about one caption and the same arms. */
export type JudgedItem<Answer extends ArmAnswer> = {
  readonly caption: string;
  /** In alphabetical order. */
  readonly arms: readonly string[];
  readonly answers: readonly Answer[];
  /** Mean likeness of two answers, 0 to 1. */
  readonly agreement: number;
};

/** From one end of the five-point scale to the other. */
const widestGap = 4;

/**
 * How alike two answers to one item are, from 0 to 1: the same arm, tie or "both bad" or not; the distance of scores
 * in parts of the scale; the share of pairs of arms in the same order; half for the same best, half for the same worst.
 */
export function answerLikeness(one: ArmAnswer, other: ArmAnswer): number {
  if (one.type === "pair" && other.type === "pair") return chosen(one) === chosen(other) ? 1 : 0;
  if (one.type === "likert" && other.type === "likert") {
    return 1 - Math.abs(one.score - other.score) / widestGap;
  }
  if (one.type === "ranking" && other.type === "ranking") {
    const place = new Map(other.order.map((arm, index) => [arm, index]));
    let same = 0;
    let pairs = 0;
    one.order.forEach((first, index) => {
      for (const second of one.order.slice(index + 1)) {
        pairs++;
        if (place.get(first)! < place.get(second)!) same++;
      }
    });
    return same / pairs;
  }
  if (one.type === "best-worst" && other.type === "best-worst") {
    return (Number(one.best === other.best) + Number(one.worst === other.worst)) / 2;
  }
  return 0;
}

/** The arm that an answer to a pair prefers, or "tie" or "both_bad" as an object of its own. */
function chosen({ shown, winner }: Extract<ArmAnswer, { type: "pair" }>): string {
  return winner === "left" ? `arm ${shown[0]}` : winner === "right" ? `arm ${shown[1]}` : winner;
}

/**
 * The `count` items with the highest agreement and the `count` with the lowest, among those with at least two answers;
 * no item is in both lists, and none on which all agree is among the lowest. Of equal items those with more answers
 * come first: three people who agree say more than two.
 *
 * @param answers all of one question
 */
export function itemsByAgreement<Answer extends ArmAnswer>(
  answers: readonly Answer[],
  count: number,
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
      agreement: meanLikeness(own),
    }));
  const byAnswers = (a: JudgedItem<Answer>, b: JudgedItem<Answer>) => b.answers.length - a.answers.length;
  const strongest = [...items].sort((a, b) => b.agreement - a.agreement || byAnswers(a, b)).slice(0, count);
  const weakest = items
    .filter((item) => item.agreement < 1 && !strongest.includes(item))
    .sort((a, b) => a.agreement - b.agreement || byAnswers(a, b))
    .slice(0, count);
  return { strongest, weakest };
}

function meanLikeness(answers: readonly ArmAnswer[]): number {
  let sum = 0;
  answers.forEach((one, index) => {
    for (const other of answers.slice(index + 1)) sum += answerLikeness(one, other);
  });
  return sum / ((answers.length * (answers.length - 1)) / 2);
}
