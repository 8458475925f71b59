/** Nearly nothing but one answer: whether a careful rater of the same study would give it as often. */
import { normalMean } from "../numerics/distributions";
import { median } from "../numerics/quantiles";
import type { PlacedAnswer } from "./answer-runs";

/** At least 90% of the answers must be the same. */
const leastShare = 0.9;
/** With fewer answers, another rater's share is too uncertain to use. */
const fewestAnswers = 5;
/** Prior spread of the logits, and its weight as a number of raters. */
const priorSpread = 1;
const priorRaters = 4;
/** The estimated spread is widened by a fifth; without this, twice as many careful raters were flagged in simulations. */
const spreadAllowance = 1.2;

/** Distribution of careful raters' logits. */
type UsualLogit = { readonly usual: number; readonly spread: number };

/**
 * Whether nearly all of a rater's answers are the same, to a degree that a careful rater of this study would not reach. The other
 * raters are looked at once for each answer, however many raters give little but that answer.
 *
 * Shares of an answer differ between careful raters: their logits are modelled as normal, with the others' median and
 * spread (1.4826 times the median absolute deviation, shrunk towards 1 as if by four more raters, times 1.2). The P value is the probability that
 * a rater drawn from this distribution reaches such a share, ∫ φ(z) P(X ≥ count | logistic(median + spread · z)) dz. The inner
 * probability is bounded by the Chernoff–Hoeffding inequality, exp(-n KL(share ‖ p)), which is exact if all
 * answers are the same. Several answers to one caption count as n / (1 + (m - 1) ρ) (Kish's design effect), ρ being their
 * correlation in the other raters' answers.
 *
 * @param raters the answers of each rater of the study
 * @returns the test of one of them, by index
 */
export function oneAnswerTest(
  raters: readonly (readonly PlacedAnswer[])[],
): (rater: number, level: number) => boolean {
  const counts = raters.map((answers) => countBy(answers, ({ pattern }) => pattern));
  const correlationsOf = new Map<string, (rater: number) => number>();
  const correlationOf = (answer: string) => {
    const known = correlationsOf.get(answer) ?? correlationWithinCaptions(raters, answer);
    correlationsOf.set(answer, known);
    return known;
  };
  const usualsOf = new Map<string, (rater: number) => UsualLogit>();
  const usualOf = (answer: string) => {
    const known = usualsOf.get(answer) ?? usualLogits(raters, counts, answer);
    usualsOf.set(answer, known);
    return known;
  };
  return (rater, level) => {
    const own = raters[rater]!;
    const [answer, count] = [...counts[rater]!].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    const share = count / own.length;
    if (share < leastShare) return false;
    const { usual, spread } = usualOf(answer)(rater);
    const perCaption = answersPerCaption(own);
    const independent =
      perCaption > 1 ? own.length / (1 + (perCaption - 1) * correlationOf(answer)(rater)) : own.length;
    return chanceOfShare(share, independent, { usual, spread }) <= level;
  };
}

/**
 * @param counts of each rater's answers, by answer
 * @returns the distribution over all but one rater, by index, and of those with enough answers
 */
function usualLogits(
  raters: readonly (readonly PlacedAnswer[])[],
  counts: readonly ReadonlyMap<string, number>[],
  answer: string,
): (without: number) => UsualLogit {
  const logits = raters.map(({ length }, rater) => {
    const given = counts[rater]!.get(answer) ?? 0;
    return length < fewestAnswers ? null : Math.log((given + 0.5) / (length - given + 0.5));
  });
  // Without any of several raters who have the same logit, the others are the same.
  const known = new Map<number | null, UsualLogit>();
  return (without) => {
    const own = logits[without]!;
    const usual =
      known.get(own) ?? toUsual(logits.flatMap((logit, rater) => (rater === without ? [] : (logit ?? []))));
    known.set(own, usual);
    return usual;
  };
}

function toUsual(logits: readonly number[]): UsualLogit {
  const usual = logits.length === 0 ? 0 : median(logits);
  // 1.4826 makes the median absolute deviation of a normal distribution its standard deviation.
  const deviation = logits.length === 0 ? 0 : 1.4826 * median(logits.map((logit) => Math.abs(logit - usual)));
  const variance =
    (priorRaters * priorSpread ** 2 + logits.length * deviation ** 2) / (priorRaters + logits.length);
  return { usual, spread: spreadAllowance * Math.sqrt(variance) };
}

function chanceOfShare(share: number, n: number, { usual, spread }: UsualLogit): number {
  return normalMean((z) => {
    const careful = 1 / (1 + Math.exp(-usual - spread * z));
    return careful >= share ? 1 : Math.exp(-n * divergence(share, careful));
  });
}

/** Kullback–Leibler divergence of two Bernoulli distributions. */
function divergence(p: number, q: number): number {
  const miss = p === 1 ? 0 : (1 - p) * Math.log((1 - p) / (1 - q));
  return p * Math.log(p / q) + miss;
}

/** Mean over answers of the number of answers to the same caption. */
function answersPerCaption(answers: readonly PlacedAnswer[]): number {
  const counts = countBy(answers, ({ caption }) => caption);
  return [...counts.values()].reduce((sum, count) => sum + count ** 2, 0) / answers.length;
}

/**
 * Intraclass correlation of "the answer is `answer`" within a rater's caption, over raters: (P(both) - P²) / (P - P²).
 * 1 if no rater has answered a caption more than once, since it is then unknown.
 *
 * @returns the correlation over all but one rater, by index
 */
function correlationWithinCaptions(
  raters: readonly (readonly PlacedAnswer[])[],
  answer: string,
): (without: number) => number {
  const sumsOf = raters.map((answers) => {
    const chosen = answers.filter(({ pattern }) => pattern === answer);
    const pairsOf = (own: readonly PlacedAnswer[]) =>
      [...countBy(own, ({ caption }) => caption).values()].reduce(
        (sum, count) => sum + count * (count - 1),
        0,
      );
    const pairs = answers.length < 2 ? 0 : pairsOf(answers);
    const [x, n] = [chosen.length, answers.length];
    return {
      pairs,
      both: pairs === 0 ? 0 : pairsOf(chosen),
      byChance: pairs === 0 ? 0 : (pairs * x * (x - 1)) / (n * (n - 1)),
      single: pairs === 0 ? 0 : (pairs * x) / n,
    };
  });
  const total = (of: keyof (typeof sumsOf)[number]) => sumsOf.reduce((sum, sums) => sum + sums[of], 0);
  const [pairs, both, byChance, single] = [total("pairs"), total("both"), total("byChance"), total("single")];
  return (without) => {
    const own = sumsOf[without]!;
    const chance = byChance - own.byChance;
    const room = single - own.single - chance;
    // Sums of fractions, less one of them: what is left of nothing is not exactly 0.
    if (pairs === own.pairs || room <= 1e-9 * pairs) return 1;
    return Math.min(1, Math.max(0, (both - own.both - chance) / room));
  };
}

function countBy(
  answers: readonly PlacedAnswer[],
  key: (answer: PlacedAnswer) => string,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(key(answer), (counts.get(key(answer)) ?? 0) + 1);
  return counts;
}
