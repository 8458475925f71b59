/** Simulated studies with known true strengths, to plan real ones and to check the intervals. */
import { SemblanceError } from "@/lib/errors";
import { armPairCount, armPairs } from "./arm-pairs";
import { outcomeProbabilities } from "./davidson";
import { createRandom, type Random } from "./random";
import { outcomeBothBad, outcomeLeft, outcomeRight, outcomeTie, type VoteTable } from "./vote-table";

/** A design and the truth behind it. Effects are standard deviations on the scale of log strengths. */
export type SimulatedStudy = {
  /** True log strength per arm, the mean over captions and raters. */
  readonly logStrength: readonly number[];
  /** Others that each arm is compared with for a caption, see `armPairs`; absent or null: all. */
  readonly opponents?: number | null;
  readonly captions: number;
  readonly raters: number;
  /** Number of answers per rater, in proportion; absent: equal. A rater sees no item twice. */
  readonly loads?: readonly number[];
  /** Different raters who judge each item (caption and pair); at most `raters`. */
  readonly votesPerItem: number;
  /** How much an arm's strength varies between captions: one number, or one per arm (large for an erratic arm). */
  readonly captionEffect: number | readonly number[];
  /** How much an arm's strength varies between raters: taste. */
  readonly raterEffect: number;
  /** How much the left advantage varies between raters. */
  readonly raterSideEffect: number;
  readonly leftAdvantage: number;
  /** Davidson's ν ≥ 0; 0 for no ties. */
  readonly tieParameter: number;
  /**
   * Strength at which an image fits its caption for half of all raters; absent or null: nobody says "neither". A
   * image of strength u fits with probability 1 / (1 + exp(bar - u)), and "neither" is the answer where both do not.
   */
  readonly bar?: number | null;
  /** How much the bar varies between raters: strictness. */
  readonly raterBarEffect?: number;
};

/** Standard deviation of an arm's strength over captions. */
export function captionEffectOf({ captionEffect }: Pick<SimulatedStudy, "captionEffect">, arm: number) {
  return typeof captionEffect === "number" ? captionEffect : captionEffect[arm]!;
}

/** Probability that an image of strength `strength` does not fit for a rater with this bar. */
export function failProbability(strength: number, bar: number): number {
  return 1 / (1 + Math.exp(strength - bar));
}

/**
 * Votes of one study under Davidson's model with normal effects of captions and raters, "neither" where both images
 * fall short of the rater's bar. Raters take turns in shuffled order, sides alternate within every item.
 *
 * @throws SemblanceError `invalid_input` where an item needs more raters than there are, or loads are not one per rater.
 */
export function simulateVotes(study: SimulatedStudy, seed: number): VoteTable {
  const { logStrength, captions, raters, votesPerItem, bar = null } = study;
  checkRaters(study);
  const random = createRandom(seed);
  const armCount = logStrength.length;
  const effects = (count: number, deviation: (index: number) => number) =>
    Float64Array.from({ length: count }, (_, index) => deviation(index) * random.nextNormal());
  const captionEffects = effects(captions * armCount, (index) => captionEffectOf(study, index % armCount));
  const raterEffects = effects(raters * armCount, () => study.raterEffect);
  const sideEffects = effects(raters, () => study.raterSideEffect);
  const logTie = Math.log(study.tieParameter);

  const opponents = study.opponents ?? null;
  const voteCount = captions * armPairCount(armCount, opponents) * votesPerItem;
  const columns = {
    caption: new Int32Array(voteCount),
    rater: new Int32Array(voteCount),
    left: new Int32Array(voteCount),
    right: new Int32Array(voteCount),
    outcome: new Uint8Array(voteCount),
  };
  const items: { caption: number; first: number; second: number }[] = [];
  for (let caption = 0; caption < captions; caption++) {
    const order = [...logStrength.keys()];
    if (opponents !== null) shuffle(order, random);
    for (const [first, second] of armPairs(order, opponents)) items.push({ caption, first, second });
  }
  shuffle(items, random);
  const turns = ratersInTurn(study, voteCount, random);
  const bars = bar === null ? null : effects(raters, () => study.raterBarEffect ?? 0).map((own) => bar + own);
  const p = new Float64Array(3);
  let vote = 0;
  for (const { caption, first, second } of items) {
    const firstIsLeft = random.nextInt(2);
    for (let k = 0; k < votesPerItem; k++, vote++) {
      const rater = turns[vote]!;
      const isSwapped = (firstIsLeft + k) % 2 === 0;
      const [left, right] = isSwapped ? [second, first] : [first, second];
      const strength = (arm: number) =>
        logStrength[arm]! + captionEffects[caption * armCount + arm]! + raterEffects[rater * armCount + arm]!;
      const [ofLeft, ofRight] = [strength(left), strength(right)];
      outcomeProbabilities(ofLeft, ofRight, study.leftAdvantage + sideEffects[rater]!, logTie, p);
      const u = random.nextUniform();
      columns.caption[vote] = caption;
      columns.rater[vote] = rater;
      columns.left[vote] = left;
      columns.right[vote] = right;
      columns.outcome[vote] = u < p[0]! ? outcomeLeft : u < p[0]! + p[1]! ? outcomeRight : outcomeTie;
      if (
        bars &&
        random.nextUniform() < failProbability(ofLeft, bars[rater]!) * failProbability(ofRight, bars[rater]!)
      ) {
        columns.outcome[vote] = outcomeBothBad;
      }
    }
  }
  const names = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
  return {
    arms: names("arm ", armCount),
    captions: names("caption ", captions),
    raters: names("rater ", raters),
    voteCount,
    ...columns,
  };
}

function checkRaters({ raters, votesPerItem, loads }: SimulatedStudy): void {
  if (votesPerItem > raters) {
    throw new SemblanceError(
      "invalid_input",
      `${votesPerItem} votes per item need as many raters, not ${raters}.`,
      {
        remedy: "Use more raters, or fewer per item.",
      },
    );
  }
  if (loads && (loads.length !== raters || !loads.every((load) => load > 0))) {
    throw new SemblanceError(
      "invalid_input",
      `${loads.length} loads, all to be positive, for ${raters} raters.`,
    );
  }
}

/** The rater of each vote, `votesPerItem` different ones for each item in a row. */
function ratersInTurn({ raters, votesPerItem, loads }: SimulatedStudy, voteCount: number, random: Random) {
  const order = shuffle(
    Array.from({ length: raters }, (_, rater) => rater),
    random,
  );
  const turns = Int32Array.from({ length: voteCount }, (_, vote) => order[vote % raters]!);
  if (!loads) return turns;
  const shares = cappedShares(loads, 1 / votesPerItem);
  // Each vote goes to the rater who is furthest behind, among those who have not judged its item.
  const behind = Float64Array.from({ length: raters }, () => random.nextUniform() - 0.5);
  const lastItem = new Int32Array(raters).fill(-1);
  for (let vote = 0; vote < voteCount; vote++) {
    const item = Math.floor(vote / votesPerItem);
    let next = -1;
    for (let rater = 0; rater < raters; rater++) {
      behind[rater]! += shares[rater]!;
      if (lastItem[rater] !== item && (next < 0 || behind[rater]! > behind[next]!)) next = rater;
    }
    behind[next]! -= 1;
    lastItem[next] = item;
    turns[vote] = next;
  }
  return turns;
}

/** Shares that sum to 1 in proportion to `loads`, none above `cap`; any excess goes to the others. */
function cappedShares(loads: readonly number[], cap: number): Float64Array {
  const shares = new Float64Array(loads.length);
  const isCapped = new Uint8Array(loads.length);
  for (;;) {
    let capped = 0;
    let free = 0;
    for (let r = 0; r < loads.length; r++) {
      if (isCapped[r]) capped += cap;
      else free += loads[r]!;
    }
    let hasNew = false;
    for (let r = 0; r < loads.length; r++) {
      shares[r] = isCapped[r] ? cap : ((1 - capped) * loads[r]!) / free;
      if (!isCapped[r] && shares[r]! > cap * (1 + 1e-12)) {
        isCapped[r] = 1;
        hasNew = true;
      }
    }
    if (!hasNew) return shares;
  }
}

/** Fisher and Yates' shuffle, in place. */
function shuffle<T>(values: T[], random: Random): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.nextInt(i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}
