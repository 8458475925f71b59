/** Studies drawn from a known truth, to plan real ones and to check the intervals. */
import { SemblanceError } from "@/lib/errors";
import { armPairCount, armPairs } from "./arm-pairs";
import { outcomeProbabilities } from "./davidson";
import { createRandom, type Random } from "./random";
import { outcomeLeft, outcomeRight, outcomeTie, type VoteTable } from "./vote-table";

/** A design and the truth behind it. Effects are standard deviations on the scale of log strengths. */
export type SimulatedStudy = {
  /** True log strength per arm. */
  readonly logStrength: readonly number[];
  /** Others that each arm is compared with for a caption, see `armPairs`; absent or null: all. */
  readonly opponents?: number | null;
  readonly captions: number;
  readonly raters: number;
  /** Different raters who judge each item (caption and pair); at most `raters`. */
  readonly votesPerItem: number;
  /** How much an arm's strength differs from caption to caption. */
  readonly captionEffect: number;
  /** How much an arm's strength differs from rater to rater: taste. */
  readonly raterEffect: number;
  /** How much the left advantage differs from rater to rater. */
  readonly raterSideEffect: number;
  readonly leftAdvantage: number;
  readonly tieParameter: number;
};

/**
 * Votes of one study under Davidson's model with normal effects of captions and raters. Loads are even (raters
 * take turns in shuffled order), sides are balanced within every item.
 *
 * @throws SemblanceError `invalid_input` where an item needs more raters than there are.
 */
export function simulateVotes(study: SimulatedStudy, seed: number): VoteTable {
  const { logStrength, captions, raters, votesPerItem } = study;
  if (votesPerItem > raters) {
    throw new SemblanceError(
      "invalid_input",
      `${votesPerItem} votes per item need as many raters, not ${raters}.`,
      {
        remedy: "Ask more raters, or fewer of them per item.",
      },
    );
  }
  const random = createRandom(seed);
  const armCount = logStrength.length;
  const effects = (count: number, deviation: number) =>
    Float64Array.from({ length: count }, () => deviation * random.nextNormal());
  const captionEffects = effects(captions * armCount, study.captionEffect);
  const raterEffects = effects(raters * armCount, study.raterEffect);
  const sideEffects = effects(raters, study.raterSideEffect);
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
  const turns = shuffle(
    Array.from({ length: raters }, (_, rater) => rater),
    random,
  );
  const p = new Float64Array(3);
  let vote = 0;
  for (const { caption, first, second } of items) {
    const firstIsLeft = random.nextInt(2);
    for (let k = 0; k < votesPerItem; k++, vote++) {
      const rater = turns[vote % raters]!;
      const isSwapped = (firstIsLeft + k) % 2 === 0;
      const [left, right] = isSwapped ? [second, first] : [first, second];
      const strength = (arm: number) =>
        logStrength[arm]! + captionEffects[caption * armCount + arm]! + raterEffects[rater * armCount + arm]!;
      outcomeProbabilities(
        strength(left),
        strength(right),
        study.leftAdvantage + sideEffects[rater]!,
        logTie,
        p,
      );
      const u = random.nextUniform();
      columns.caption[vote] = caption;
      columns.rater[vote] = rater;
      columns.left[vote] = left;
      columns.right[vote] = right;
      columns.outcome[vote] = u < p[0]! ? outcomeLeft : u < p[0]! + p[1]! ? outcomeRight : outcomeTie;
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

/** Fisher and Yates' shuffle, in place. */
function shuffle<T>(values: T[], random: Random): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.nextInt(i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}
