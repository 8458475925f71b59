/** Scores of one image at a time: means, their differences, log odds and agreement. */
import { computeStandings } from "@/lib/questions/answer-statistics";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { fitCumulativeLink } from "@/lib/statistics/cumulative-link";
import type { Score } from "@/lib/statistics/likert";
import { createRandom } from "@/lib/statistics/random";
import { coversAtLeast, type Tallies } from "./claims";
import type { Design, Subject } from "./subject";
import { assignments, type World, wordsOf, worlds } from "./worlds";

/** Where one score ends and the next begins, on the scale of log strengths. */
const thresholds = [-1.5, -0.5, 0.5, 1.5];
const arms = ["arm 1", "arm 2", "arm 3"];
const strengths = [-0.3, 0.1, 1];
/** Captions are hard on all arms, and raters strict with all. */
const difficulty = 0.6;
const strictness = 0.6;

export const scores: Subject = {
  name: "scores",
  title: "Scores from 1 to 5",
  designs: Object.entries(worlds).map(([name, world]) => designOf(name, world)),
};

/** Scores of one study: logistic noise around the strength of the image for the rater, cut at the thresholds. */
export function simulateScores(world: World, logStrength: readonly number[], seed: number): ArmAnswer[] {
  const armCount = logStrength.length;
  const { item, rater } = assignments(world, world.captions * armCount, seed);
  const random = createRandom(5_000_000 + seed);
  const normals = (count: number, deviation: number) =>
    Float64Array.from({ length: count }, () => deviation * random.nextNormal());
  const ofCaption = normals(world.captions, difficulty);
  const ofRater = normals(world.raters, strictness);
  const ofImage = normals(world.captions * armCount, world.captionEffect);
  const taste = normals(world.raters * armCount, world.taste);
  return Array.from(item, (image, i): ArmAnswer => {
    const caption = Math.floor(image / armCount);
    const arm = image % armCount;
    const own = rater[i]!;
    const u = random.nextUniform();
    const strength =
      logStrength[arm]! +
      ofCaption[caption]! +
      ofRater[own]! +
      ofImage[image]! +
      taste[own * armCount + arm]! +
      Math.log(u / (1 - u));
    const score = 1 + thresholds.filter((threshold) => strength > threshold).length;
    return { type: "likert", caption: `c${caption}`, rater: `r${own}`, shown: [`arm ${arm + 1}`], score };
  });
}

function designOf(name: string, world: World): Design {
  return {
    name,
    description: `${wordsOf(world)}; strengths ${strengths.join(", ")}, SD of captions' difficulty ${difficulty}, of raters' strictness ${strictness}`,
    studies: 1000,
    prepare() {
      const shares = strengths.map((strength) => expectedShares(world, strength));
      const means = shares.map((own) => own.reduce((sum, share, level) => sum + share * (level + 1), 0));
      const logOdds = expectedLogOdds(shares);
      const large = { ...world, captions: 12_000, raters: 3000, unevenness: 0 };
      const agreement = computeStandings("likert", simulateScores(large, strengths, 98), { arms, seed: 1 });
      return (seed, tallies) => {
        const standings = computeStandings("likert", simulateScores(world, strengths, 1000 + seed), {
          arms,
          seed: 1,
        });
        countMeans(standings, means, tallies);
        // The first arm is what others are measured against; intervals hold for all others at once.
        const others = standings.cumulativeLink?.strengths.slice(1) ?? [];
        const holds = others.every(({ low, high }, k) => low <= logOdds[k + 1]! && logOdds[k + 1]! <= high);
        tallies.event("log odds, all arms at once", holds, coversAtLeast);
        const { krippendorffAlpha: ordinal, intervalAgreement: interval } = standings;
        tallies.interval("α, ordinal", agreement.krippendorffAlpha.value!, ordinal.low, ordinal.high);
        tallies.interval("α, interval", agreement.intervalAgreement!.value!, interval!.low, interval!.high);
      };
    },
  };
}

function countMeans(
  { rows, differences }: ReturnType<typeof computeStandings>,
  means: readonly number[],
  tallies: Tallies,
): void {
  for (const [index, arm] of arms.entries()) {
    const row = rows.find((own) => own.arm === arm)!;
    tallies.interval(`mean score of arm ${index + 1}`, means[index]!, row.rating_q025, row.rating_q975);
  }
  for (const { first, second, low, high } of differences) {
    const [i, j] = [arms.indexOf(first), arms.indexOf(second)];
    if (low === null || high === null) continue;
    const [one, other] = [Math.min(i, j), Math.max(i, j)];
    const name = `difference of arms ${one + 1} and ${other + 1}`;
    const truth = means[other]! - means[one]!;
    if (i > j) tallies.interval(name, truth, low, high);
    else tallies.interval(name, truth, -high, -low);
  }
}

/** Share of every score for a strength, over all captions and raters. */
function expectedShares(world: World, strength: number): number[] {
  const deviation = Math.hypot(difficulty, strictness, world.captionEffect, world.taste);
  const below = thresholds.map((threshold) => {
    let sum = 0;
    let total = 0;
    for (let z = -6; z <= 6; z += 0.05) {
      const weight = Math.exp((-z * z) / 2);
      total += weight;
      sum += weight / (1 + Math.exp(strength + deviation * z - threshold));
    }
    return sum / total;
  });
  const cumulative = [0, ...below, 1];
  return cumulative.slice(1).map((value, level) => value - cumulative[level]!);
}

/** What the cumulative link model makes of the expected shares. */
function expectedLogOdds(shares: readonly (readonly number[])[]): number[] {
  const count = 4000;
  const list = shares.flatMap((own, arm) =>
    own.flatMap((share, level) =>
      Array.from({ length: Math.round(count * share) }, (_, k): Score => {
        return { arm: arms[arm]!, caption: `c${k % 50}`, rater: `r${k % 40}`, score: level + 1 };
      }),
    ),
  );
  return fitCumulativeLink(list, 0.95)!.strengths.map(({ value }) => value);
}
