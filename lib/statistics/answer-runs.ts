/** Runs of one answer: whether a rater's longest is longer than their own answers explain. */
import { createRandom } from "./random";

/** An answer in the order of its rater. `contest` names what was compared, whatever the sides. */
export type PlacedAnswer = { readonly caption: string; readonly contest: string; readonly pattern: string };

/** The same answers give the same flags. */
const seed = 20_261_128;

/** Stopping after this many permutations reach the run clears most careful raters quickly. */
const allowedExceedances = 1;
/** Fewer permutations than this take less time than bounds of the probability. */
const drawsBeforeBounds = 64;

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
 * A permutation test (Monte Carlo, Phipson and Smyth 2010). It would take 2 / `level` permutations for each rater with a long run; bounds of
 * the probability (`boundChanceOfRun`) decide nearly all of these cases instead. The answers to a caption stay together and change
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
    if (draw === drawsBeforeBounds) {
      const chance = boundChanceOfRun(patterns, groups, observed);
      if (chance.most <= level) return true;
      if (chance.least > level) return false;
    }
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
 * Bounds of the probability that captions in random order have a run of `length` or more.
 *
 * The expected number of such runs, N, follows from the windows of neighbouring answers that are all the same. With W(l) for the
 * expected number of windows of l answers, N = W(length) - W(length + 1), since each run but the first begins behind another answer. P ≤ N
 * (Markov's inequality), and P ≥ N - E[pairs of runs] (Bonferroni's). Runs of a pair lie apart. Once the answers of one are drawn, each group
 * has fewer captions left for the other, which makes it more likely by K at most: E[pairs] ≤ K W(length)² / 2.
 *
 * Where captions have several answers that stay together, a window's probability is bounded from above by the first answer of each
 * caption in it, and P by W(length).
 *
 * @param patterns one code from 0 on for each answer
 */
export function boundChanceOfRun(
  patterns: Int32Array,
  groups: readonly ExchangeableCaptions[],
  length: number,
): { least: number; most: number } {
  const windows = expectedWindows(patterns, groups, length);
  if (windows === 0 || groups.some(({ size }) => size > 1)) return { least: 0, most: windows };
  const runs = windows - expectedWindows(patterns, groups, length + 1);
  const pairs = (groups.reduce((factor, group) => factor * crowding(group, length), 1) * windows ** 2) / 2;
  return { least: Math.max(0, runs - pairs), most: runs };
}

/** By how much a window may become more likely when another one has taken some of a group's captions. */
function crowding({ places, order }: ExchangeableCaptions, length: number): number {
  const sorted = Int32Array.from(places).sort();
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= length) first++;
    most = Math.max(most, last - first + 1);
  }
  const captions = order.length;
  if (2 * most > captions) return Number.POSITIVE_INFINITY;
  let factor = 1;
  for (let taken = 0; taken < most; taken++) factor *= (captions - taken) / (captions - most - taken);
  return factor;
}

/** At most so many windows of `length` answers are expected to have the same answer throughout; exactly, where captions have one each. */
function expectedWindows(
  patterns: Int32Array,
  groups: readonly ExchangeableCaptions[],
  length: number,
): number {
  const codes = patterns.reduce((most, code) => Math.max(most, code + 1), 0);
  // Answers that may take the same places have one kind: those of a group that come at the same position of their captions.
  const kindOf = new Int32Array(patterns.length).fill(-1);
  const slotOf = new Int32Array(patterns.length);
  const groupOfKind: number[] = [];
  groups.forEach(({ size, places }, group) => {
    places.forEach((place, at) => {
      kindOf[place] = groupOfKind.length + (at % size);
      slotOf[place] = Math.floor(at / size);
    });
    for (let position = 0; position < size; position++) groupOfKind.push(group);
  });
  const counts = new Int32Array(groupOfKind.length * codes);
  patterns.forEach((code, place) => {
    if (kindOf[place]! >= 0) counts[kindOf[place]! * codes + code]!++;
  });
  const usedOfKind = new Int32Array(groupOfKind.length);
  const usedSlots = groups.map(() => new Set<number>());
  let expected = 0;
  for (let from = 0; from + length <= patterns.length; from++) {
    for (let code = 0; code < codes; code++) {
      usedOfKind.fill(0);
      for (const slots of usedSlots) slots.clear();
      let chance = 1;
      for (let place = from; place < from + length && chance > 0; place++) {
        const kind = kindOf[place]!;
        if (kind < 0) {
          // Nothing can change places with it.
          if (patterns[place] !== code) chance = 0;
          continue;
        }
        const group = groupOfKind[kind]!;
        const slots = usedSlots[group]!;
        if (slots.has(slotOf[place]!)) continue;
        const left = groups[group]!.order.length - slots.size;
        chance *= Math.min(1, Math.max(0, counts[kind * codes + code]! - usedOfKind[kind]!) / left);
        usedOfKind[kind]!++;
        slots.add(slotOf[place]!);
      }
      expected += chance;
    }
  }
  return expected;
}

/**
 * Captions that may change places. `places` holds where the answers to one caption are, in the order of its contests, then
 * those to the next; `size` is how many a caption has, `order` a permutation of the captions.
 */
export type ExchangeableCaptions = { size: number; places: Int32Array; order: Int32Array };

export function exchangeableCaptions(answers: readonly PlacedAnswer[]): ExchangeableCaptions[] {
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
