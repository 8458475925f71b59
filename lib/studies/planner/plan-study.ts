/** The planner: how many raters per item a win rate needs, or what a given number shows, from simulated studies. */
import { SemblanceError } from "@/lib/errors";
import { armPairCount } from "@/lib/statistics/arm-pairs";
import { eloPerLogStrength } from "@/lib/statistics/elo";
import { expectedFit } from "@/lib/statistics/expected-shares";
import { plannedTruth } from "@/lib/statistics/planned-truth";
import { createRandom } from "@/lib/statistics/random";
import type { SimulatedStudy } from "@/lib/statistics/simulate-study";
import {
  type SimulatedResult,
  type StudyPrediction,
  simulateResult,
  summariseResults,
  votesForWinRate,
  winRateToLogStrength,
} from "@/lib/statistics/study-plan";
import { meanSpread, powerCurve, type StudySpread } from "@/lib/statistics/study-power";
import { counted } from "@/lib/text/counted";
import { type PlanQuestion, planEffects } from "./plan-question";

export type PlanAnswer = {
  /**
   * False where even all raters on every item (at most 100, and at most 100,000 answers) do not reach the power; the
   * numbers are then for those.
   */
  suffices: boolean;
  votesPerItem: number;
  items: number;
  /** Answers that count. */
  votes: number;
  /** Answers to be paid for: those of excluded raters come on top. */
  votesCollected: number;
  /** Raters whose answers count. */
  ratersCounted: number;
  /** Of a rater who does not leave early. */
  itemsPerRater: number;
  minutesPerRater: number;
  /** Share of fresh simulated studies whose leaderboard tells the two arms apart, and its 95% interval. */
  power: number;
  powerLow: number;
  powerHigh: number;
  /** Pairs of arms that the decision is adjusted for. */
  comparisons: number;
  /** The planned difference, and the mean reach of its 95% interval to either side, Elo points. */
  eloDifference: number;
  eloReach: number;
  /** Votes that a single pair would need if every vote were on another caption by another person. */
  independentVotes: number;
  simulatedStudies: number;
};

const mostVotesPerItem = 100;
/** Of one simulated study: larger ones take too long to wait for. */
const mostVotes = 100_000;
/** One rater alone says nothing of others, however sure their own answers are. */
const fewestRaters = 2;
/** Studies that are simulated for one size while searching, and to confirm what was found. */
const searchStudies = 40;
const confirmingStudies = 600;
/** More simulated votes than this take too long to wait for; fewer studies are then simulated. */
const mostSearchVotes = 100_000;
const mostConfirmingVotes = 200_000;
/** What the search takes of the whole, in sizes of study of which it simulates three. */
const searchShare = 0.5;
const searchedSizes = 3;
/** The search asks for a little more than was asked of it, since it knows the power to about one percentage point. */
const margin = 0.005;
/** Seed of the search: what is recommended is a function of the question, and only its confirmation of a seed. */
const searchSeed = 20_261_128;

/**
 * Arms are equally far apart, neighbours at `winRate`; planned is the difference of the first two, which the others'
 * comparisons tell least about. The search follows a smooth curve of power (`powerCurve`); other simulated studies then
 * confirm what it found.
 *
 * @param tell told how far it has come, 0 to 1
 * @throws SemblanceError `invalid_input` where more raters per item are asked for than there are raters whose answers
 *   count, a study is too large to be simulated, or no difference gives the win rate
 */
export async function planStudy(
  question: PlanQuestion,
  tell: (share: number) => void = () => {},
): Promise<PlanAnswer> {
  const { arms, opponents, captions, raters, winRate, power, tieShare, neitherShare, seed } = question;
  const ratersCounted = Math.round(raters * (1 - question.excluded));
  if (ratersCounted < fewestRaters) {
    throw new SemblanceError(
      "invalid_input",
      `If ${Math.round(100 * question.excluded)}% of ${raters} raters are excluded, fewer than ${fewestRaters} count.`,
      { remedy: "Plan for more raters, or for a smaller share of exclusions." },
    );
  }
  const loads = loadsOf(ratersCounted, question.dropout);
  const study: Omit<SimulatedStudy, "votesPerItem"> = {
    ...plannedTruth(arms, planEffects[question.effects], { winRate, tieShare, neitherShare }),
    opponents,
    captions,
    raters: ratersCounted,
    ...(question.dropout > 0 ? { loads } : {}),
  };
  const items = captions * armPairCount(arms, opponents);
  const most = Math.min(ratersCounted, mostVotesPerItem, Math.floor(mostVotes / items));
  if (items * (question.votesPerItem ?? 1) > mostVotes) {
    throw new SemblanceError(
      "invalid_input",
      `That is a study with ${counted(items * (question.votesPerItem ?? 1), "answer", "answers")}; the planner's limit is ${mostVotes}.`,
      { remedy: "Plan for fewer captions, raters per item, arms or opponents." },
    );
  }
  const found =
    question.votesPerItem === null ? await leastVotesPerItem(study, power, most, items, tell) : null;
  let votesPerItem = question.votesPerItem ?? found ?? most;
  const confirming = (done: number) =>
    tell(question.votesPerItem === null ? searchShare + (1 - searchShare) * done : done);
  let confirmed = await confirm({ ...study, votesPerItem }, seed, 0, confirming);
  // The search knows the power to about a percentage point: where fresh studies find less than was asked for, one more
  // rater is; where they contradict it, as many as they say.
  const fallsShort = (round: number) => (round === 1 ? confirmed.power : confirmed.high) < power;
  for (let round = 1; found !== null && fallsShort(round) && votesPerItem < most && round <= 3; round++) {
    votesPerItem++;
    confirmed = await confirm({ ...study, votesPerItem }, seed, round, confirming);
  }
  const { prediction, simulatedStudies } = confirmed;
  const itemsPerRater = Math.ceil(prediction.votes / loads.reduce((sum, load) => sum + load, 0));
  const pair = prediction.pairs[0]!;
  return {
    suffices: question.votesPerItem !== null || (found !== null && confirmed.high >= power),
    votesPerItem,
    items,
    votes: prediction.votes,
    // 1 - 0.9 is a little less than a tenth.
    votesCollected: Math.ceil(prediction.votes / (1 - question.excluded) - 1e-6),
    ratersCounted,
    itemsPerRater,
    minutesPerRater: Math.ceil((itemsPerRater * question.secondsPerAnswer) / 60),
    power: pair.power,
    powerLow: pair.low,
    powerHigh: pair.high,
    comparisons: prediction.comparisons,
    eloDifference: eloPerLogStrength * winRateToLogStrength(winRate, (2 * tieShare) / (1 - tieShare)),
    eloReach: pair.reach,
    independentVotes: votesForWinRate(winRate, power),
    simulatedStudies,
  };
}

/** Who leaves early has answered any part of their items by then: (j + ½) / n of them for the j-th of n. */
function loadsOf(raters: number, dropout: number): number[] {
  const leaving = Math.round(raters * dropout);
  return Array.from({ length: raters }, (_, rater) => (rater < leaving ? (rater + 0.5) / leaving : 1));
}

/** The fewest raters per item whose power is `wanted` with the margin of the search; null where `most` are too few. */
async function leastVotesPerItem(
  study: Omit<SimulatedStudy, "votesPerItem">,
  wanted: number,
  most: number,
  items: number,
  tell: (share: number) => void,
): Promise<number | null> {
  const goal = Math.min(wanted + margin, (1 + wanted) / 2);
  let searched = 0;
  const spreadAt = async (votesPerItem: number): Promise<StudySpread> => {
    const studies = Math.max(
      10,
      Math.min(searchStudies, Math.floor(mostSearchVotes / (items * votesPerItem))),
    );
    const part = searched++;
    const results = await simulate({ ...study, votesPerItem }, studies, searchSeed + votesPerItem, (done) =>
      tell((searchShare * (part + done)) / searchedSizes),
    );
    // Arms that no vote compares would be missing, which a study of this size shows by its power.
    const whole = results.flatMap(({ estimates }) =>
      estimates?.arms.length === study.logStrength.length ? [estimates] : [],
    );
    return meanSpread(whole, votesPerItem);
  };
  const few = await spreadAt(1);
  if (most === 1) return powerCurve(strengths(study), few, few)(1) >= goal ? 1 : null;
  // Much more than eight votes say little more of what does not depend on their number.
  const many = await spreadAt(Math.min(most, 8));
  const curve = powerCurve(strengths(study), few, many);
  const guess = leastWhere((k) => curve(k) >= goal, most);
  const anchor = await spreadAt(guess ?? most);
  const anchored = powerCurve(strengths(study), few, many, anchor);
  return leastWhere((k) => anchored(k) >= goal, most);
}

function strengths(study: Omit<SimulatedStudy, "votesPerItem">): Float64Array {
  return expectedFit(study).logStrength;
}

/** The least whole number from 1 to `most` for which a condition holds that goes on holding; null for none. */
function leastWhere(holds: (k: number) => boolean, most: number): number | null {
  if (!holds(most)) return null;
  let tooFew = 0;
  let enough = most;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (holds(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** Studies with seeds that no search has used and no other round uses. */
async function confirm(
  study: SimulatedStudy,
  seed: number,
  round: number,
  tell: (share: number) => void,
): Promise<{ prediction: StudyPrediction; simulatedStudies: number; power: number; high: number }> {
  const votes =
    study.captions * armPairCount(study.logStrength.length, study.opponents ?? null) * study.votesPerItem;
  const simulatedStudies = Math.max(10, Math.min(confirmingStudies, Math.floor(mostConfirmingVotes / votes)));
  const results = await simulate(study, simulatedStudies, seed * 4 + round, tell);
  const prediction = summariseResults(study, results);
  const { power, high } = prediction.pairs[0]!;
  return { prediction, simulatedStudies, power, high };
}

/** @param stream a number that seeds the studies' own seeds */
async function simulate(
  study: SimulatedStudy,
  studies: number,
  stream: number,
  tell: (share: number) => void,
): Promise<SimulatedResult[]> {
  const seeds = createRandom(stream);
  const results: SimulatedResult[] = [];
  for (let index = 0; index < studies; index++) {
    results.push(simulateResult(study, seeds.nextUint32()));
    tell((index + 1) / studies);
    await pause();
  }
  return results;
}

/** Lets what was told be sent. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
