/**
 * The same answer over and over. There are two tests: for a run of one answer that is longer than the rater's own
 * answers explain, and for nearly nothing but one answer.
 */
import { normalMean } from "../numerics/distributions";
import { median } from "../numerics/quantiles";
import { createRandom } from "./random";

/** An answer in the order of its rater. `contest` names what was compared, whatever the sides. */
export type PlacedAnswer = { readonly caption: string; readonly contest: string; readonly pattern: string };

/** The same answers give the same flags. */
const seed = 20_261_128;

/** Stopping after this many permutations reach the run clears most careful raters quickly. */
const allowedExceedances = 1;

export function longestRun(patterns: ArrayLike<unknown>): number {
  let longest = 0;
  let length = 0;
  for (let i = 0; i < patterns.length; i++) {
    length = i > 0 && patterns[i] === patterns[i - 1] ? length + 1 : 1;
    if (length > longest) longest = length;
  }
  return longest;
}

/**
 * Whether the longest run is too long for one rater's own answers: P ≤ `level` where captions come in random order.
 *
 * A permutation test (Monte Carlo, Phipson and Smyth 2010). The answers to a caption stay together and change
 * places with those to another caption, each staying with its contest. So neither a preference for ties, nor similarity of
 * answers within a caption, nor a file that is sorted by arm makes a run look too long. Captions with the same contests change
 * places; one whose contests no other caption shares does so with others that have the same number of answers.
 */
export function isRunTooLong(answers: readonly PlacedAnswer[], level: number): boolean {
  const observed = longestRun(answers.map(({ pattern }) => pattern));
  if (observed <= 2) return false;
  const codes = new Map<string, number>();
  const patterns = Int32Array.from(answers, ({ pattern }) => {
    const code = codes.get(pattern) ?? codes.size;
    codes.set(pattern, code);
    return code;
  });
  if (codes.size === 1) return false;
  const groups = exchangeableCaptions(answers);
  const random = createRandom(seed);
  const shuffled = Int32Array.from(patterns);
  const draws = Math.ceil((allowedExceedances + 1) / level);
  let exceedances = 0;
  for (let draw = 0; draw < draws; draw++) {
    for (const { size, places, order } of groups) {
      for (let last = order.length - 1; last > 0; last--) {
        const other = random.nextInt(last + 1);
        const kept = order[last]!;
        order[last] = order[other]!;
        order[other] = kept;
      }
      for (let caption = 0; caption < order.length; caption++) {
        const to = caption * size;
        const from = order[caption]! * size;
        for (let i = 0; i < size; i++) shuffled[places[to + i]!] = patterns[places[from + i]!]!;
      }
    }
    if (hasRun(shuffled, observed) && ++exceedances > allowedExceedances) return false;
  }
  return true;
}

function hasRun(patterns: Int32Array, atLeast: number): boolean {
  let length = 1;
  for (let i = 1; i < patterns.length; i++) {
    length = patterns[i] === patterns[i - 1] ? length + 1 : 1;
    if (length === atLeast) return true;
  }
  return false;
}

/**
 * Captions that may change places. `places` holds where the answers to one caption are, in the order of its contests, then
 * those to the next; `size` is how many a caption has, `order` a permutation of the captions.
 */
type ExchangeableCaptions = { size: number; places: Int32Array; order: Int32Array };

function exchangeableCaptions(answers: readonly PlacedAnswer[]): ExchangeableCaptions[] {
  const placesOf = new Map<string, number[]>();
  answers.forEach(({ caption }, place) => {
    const places = placesOf.get(caption);
    if (places) places.push(place);
    else placesOf.set(caption, [place]);
  });
  const alike = new Map<string, number[][]>();
  const add = (key: string, places: number[]) => {
    const group = alike.get(key);
    if (group) group.push(places);
    else alike.set(key, [places]);
  };
  const contestOf = (place: number) => answers[place]!.contest;
  for (const places of placesOf.values()) {
    places.sort((a, b) => (contestOf(a) < contestOf(b) ? -1 : contestOf(a) > contestOf(b) ? 1 : a - b));
    add(JSON.stringify(places.map(contestOf)), places);
  }
  for (const [key, group] of [...alike]) {
    if (group.length > 1) continue;
    alike.delete(key);
    add(
      `${group[0]!.length} answers`,
      group[0]!.sort((a, b) => a - b),
    );
  }
  return [...alike.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      size: group[0]!.length,
      places: Int32Array.from(group.flat()),
      order: Int32Array.from(group.keys()),
    }));
}

/** At least 90% of the answers must be the same. */
const leastShare = 0.9;
/** With fewer answers, another rater's share is too uncertain to use. */
const fewestAnswers = 5;
/** Prior spread of the logits, and its weight as a number of raters. */
const priorSpread = 1;
const priorRaters = 4;
/** The estimated spread is widened by a fifth; without this, twice as many careful raters were flagged in simulations. */
const spreadAllowance = 1.2;

/**
 * Whether nearly all of a rater's answers are the same, to a degree that a careful rater of this study would not reach.
 *
 * Shares of an answer differ between careful raters: their logits are modelled as normal, with the others' median and
 * spread (1.4826 times the median absolute deviation, shrunk towards 1 as if by four more raters, times 1.2). The P value is the probability that
 * a rater drawn from this distribution reaches such a share, ∫ φ(z) P(X ≥ count | logistic(median + spread · z)) dz. The inner
 * probability is bounded by the Chernoff–Hoeffding inequality, exp(-n KL(share ‖ p)), which is exact if all
 * answers are the same. Several answers to one caption count as n / (1 + (m - 1) ρ) (Kish's design effect), ρ being their
 * correlation in the other raters' answers.
 */
export function isOneAnswer(
  own: readonly PlacedAnswer[],
  others: readonly (readonly PlacedAnswer[])[],
  level: number,
): boolean {
  const counts = new Map<string, number>();
  for (const { pattern } of own) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  const [answer, count] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  const share = count / own.length;
  if (share < leastShare) return false;
  const logits = others
    .filter((answers) => answers.length >= fewestAnswers)
    .map((answers) => {
      const given = answers.filter(({ pattern }) => pattern === answer).length;
      return Math.log((given + 0.5) / (answers.length - given + 0.5));
    });
  const usual = logits.length === 0 ? 0 : median(logits);
  // 1.4826 makes the median absolute deviation of a normal distribution its standard deviation.
  const deviation = logits.length === 0 ? 0 : 1.4826 * median(logits.map((logit) => Math.abs(logit - usual)));
  const spread =
    spreadAllowance *
    Math.sqrt(
      (priorRaters * priorSpread ** 2 + logits.length * deviation ** 2) / (priorRaters + logits.length),
    );
  const perCaption = answersPerCaption(own);
  const independent =
    perCaption > 1
      ? own.length / (1 + (perCaption - 1) * correlationWithinCaptions(others, answer))
      : own.length;
  return chanceOfShare(share, independent, { usual, spread }) <= level;
}

function chanceOfShare(
  share: number,
  n: number,
  { usual, spread }: { usual: number; spread: number },
): number {
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
  const counts = countBy(answers);
  return [...counts.values()].reduce((sum, count) => sum + count ** 2, 0) / answers.length;
}

/**
 * Intraclass correlation of "the answer is `answer`" within a rater's caption, over raters: (P(both) - P²) / (P - P²).
 * 1 if no rater has answered a caption more than once, since it is then unknown.
 */
function correlationWithinCaptions(raters: readonly (readonly PlacedAnswer[])[], answer: string): number {
  let pairs = 0;
  let both = 0;
  let byChance = 0;
  let single = 0;
  for (const answers of raters) {
    if (answers.length < 2) continue;
    const chosen = answers.filter(({ pattern }) => pattern === answer);
    const pairsOf = (counts: Map<string, number>) =>
      [...counts.values()].reduce((sum, count) => sum + count * (count - 1), 0);
    const own = pairsOf(countBy(answers));
    const x = chosen.length;
    const n = answers.length;
    pairs += own;
    both += pairsOf(countBy(chosen));
    byChance += (own * x * (x - 1)) / (n * (n - 1));
    single += (own * x) / n;
  }
  const room = single - byChance;
  return pairs === 0 || room <= 0 ? 1 : Math.min(1, Math.max(0, (both - byChance) / room));
}

function countBy(answers: readonly PlacedAnswer[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { caption } of answers) counts.set(caption, (counts.get(caption) ?? 0) + 1);
  return counts;
}
