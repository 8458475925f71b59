/** The planner: how many raters per item a win rate needs, or what a given number shows, from simulated studies. */
import { type PlanQuestion, planEffects } from "./plan-question";
import { armPairCount } from "./statistics/arm-pairs";
import type { SimulatedStudy } from "./statistics/simulate-study";
import {
  predictStudy,
  type StudyPrediction,
  votesForWinRate,
  winRateToLogStrength,
} from "./statistics/study-plan";

export type PlanAnswer = {
  /** False where even all raters on every item (at most 100) do not reach the power; the numbers are then for those. */
  suffices: boolean;
  votesPerItem: number;
  items: number;
  votes: number;
  itemsPerRater: number;
  minutesPerRater: number;
  /** How often the study finds the least different pair of arms, 0 to 1. */
  power: number;
  /** Mean reach of the 95% interval of an arm's rating to either side, Elo points. */
  eloReach: number;
  /** Votes that a single pair would need if every vote were on another caption by another person. */
  independentVotes: number;
  simulatedStudies: number;
};

const searchStudies = 40;
const finalStudies = 100;
const mostVotesPerItem = 100;
/** More simulated votes than this take too long to wait for; fewer studies are then simulated. */
const mostSimulatedVotes = 600_000;

/**
 * Arms are equally far apart, neighbours at `winRate`. Between any two simulated studies the process is free for
 * other work, so that a web server stays responsive.
 *
 * @throws SemblanceError `invalid_input` where more raters per item are asked for than there are raters
 */
export async function planStudy(question: PlanQuestion): Promise<PlanAnswer> {
  const { arms, opponents, captions, raters, winRate, power, tieShare, seed } = question;
  const study: Omit<SimulatedStudy, "votesPerItem"> = {
    logStrength: Array.from({ length: arms }, (_, arm) => arm * winRateToLogStrength(winRate)),
    opponents,
    captions,
    raters,
    ...planEffects[question.effects],
    leftAdvantage: 0,
    // P(tie) = ν / (2 + ν) for equal arms; ν = 0 would have no logarithm.
    tieParameter: Math.max(0.01, (2 * tieShare) / (1 - tieShare)),
  };
  const predict = (votesPerItem: number, studies: number) =>
    predictInSlices({ ...study, votesPerItem }, studies, seed);
  const least = ({ pairs }: StudyPrediction) => Math.min(...pairs.map((pair) => pair.power));

  let votesPerItem = question.votesPerItem ?? 1;
  let suffices = true;
  if (question.votesPerItem === null) {
    const most = Math.min(raters, mostVotesPerItem);
    const isEnough = async (count: number) =>
      least((await predict(count, searchStudies)).prediction) >= power;
    let tooFew = 0;
    while (votesPerItem < most && !(await isEnough(votesPerItem))) {
      tooFew = votesPerItem;
      votesPerItem = Math.min(most, votesPerItem * 2);
    }
    while (votesPerItem - tooFew > 1) {
      const middle = Math.floor((tooFew + votesPerItem) / 2);
      if (await isEnough(middle)) votesPerItem = middle;
      else tooFew = middle;
    }
  }
  let { prediction, studies } = await predict(votesPerItem, finalStudies);
  if (question.votesPerItem === null) {
    // The longer simulation may disagree with the shorter one by a rater.
    const most = Math.min(raters, mostVotesPerItem);
    for (let more = 0; more < 3 && votesPerItem < most && least(prediction) < power; more++) {
      votesPerItem++;
      ({ prediction, studies } = await predict(votesPerItem, finalStudies));
    }
    suffices = least(prediction) >= power;
  }
  const itemsPerRater = Math.ceil(prediction.votesPerRater);
  return {
    suffices,
    votesPerItem,
    items: prediction.votes / votesPerItem,
    votes: prediction.votes,
    itemsPerRater,
    minutesPerRater: Math.ceil((itemsPerRater * question.secondsPerAnswer) / 60),
    power: least(prediction),
    eloReach: prediction.ratingReach.reduce((sum, reach) => sum + reach, 0) / arms,
    independentVotes: votesForWinRate(winRate, power),
    simulatedStudies: studies,
  };
}

/** The mean of predictions from one simulated study each, with a pause after each. */
async function predictInSlices(
  study: SimulatedStudy,
  wanted: number,
  seed: number,
): Promise<{ prediction: StudyPrediction; studies: number }> {
  const pairs = armPairCount(study.logStrength.length, study.opponents ?? null);
  const votes = study.captions * pairs * study.votesPerItem;
  const studies = Math.max(10, Math.min(wanted, Math.floor(mostSimulatedVotes / votes)));
  const slices: StudyPrediction[] = [];
  for (let index = 0; index < studies; index++) {
    slices.push(predictStudy(study, { studies: 1, seed: seed + index }));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const mean = (value: (slice: StudyPrediction) => number) =>
    slices.reduce((sum, slice) => sum + value(slice), 0) / studies;
  const [first] = slices;
  return {
    studies,
    prediction: {
      votes: first!.votes,
      votesPerRater: first!.votesPerRater,
      ratingReach: first!.ratingReach.map((_, arm) => mean((slice) => slice.ratingReach[arm]!)),
      pairs: first!.pairs.map((pair, index) => ({
        ...pair,
        power: mean((slice) => slice.pairs[index]!.power),
      })),
    },
  };
}
