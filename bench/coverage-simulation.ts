/**
 * How often the leaderboard's 95% intervals hold the truth, over many simulated studies with known strengths.
 *
 *   node --import tsx bench/coverage-simulation.ts [--studies 2000] [--replicates 1000] [--design ordinary]
 *
 * Prints a Markdown table per design; docs/measurements/coverage.md keeps one run.
 */
import { parseArgs } from "node:util";
import {
  contrastReach,
  contrastSpread,
  contrastValue,
  differenceOf,
} from "@/lib/ratings/statistics/arm-estimates";
import { davidson } from "@/lib/ratings/statistics/davidson";
import {
  expectedFit,
  expectedNeitherShare,
  expectedTieShare,
} from "@/lib/ratings/statistics/expected-shares";
import { tableToPairCounts, voteType } from "@/lib/ratings/statistics/pair-counts";
import { pairEstimates } from "@/lib/ratings/statistics/pair-estimates";
import { sortedQuantile } from "@/lib/ratings/statistics/quantiles";
import { createRandom } from "@/lib/ratings/statistics/random";
import { resampleDifferences } from "@/lib/ratings/statistics/resampled-differences";
import { sharesOfTheWay } from "@/lib/ratings/statistics/share-of-the-way";
import { type SimulatedStudy, simulateVotes } from "@/lib/ratings/statistics/simulate-study";
import type { VoteTable } from "@/lib/ratings/statistics/vote-table";

const common = { leftAdvantage: 0.1, tieParameter: 0.7 };
const ordinaryEffects = { captionEffect: 0.4, raterEffect: 0.3, raterSideEffect: 0.2 };
const designs: Record<string, SimulatedStudy> = {
  ordinary: {
    ...common,
    ...ordinaryEffects,
    logStrength: [0, 0.6, 1.7],
    captions: 40,
    raters: 24,
    votesPerItem: 5,
  },
  "no effects": {
    ...common,
    logStrength: [0, 0.6, 1.7],
    captions: 40,
    raters: 24,
    votesPerItem: 5,
    captionEffect: 0,
    raterEffect: 0,
    raterSideEffect: 0,
  },
  "strong effects": {
    ...common,
    logStrength: [0, 0.3, 0.6, 1],
    captions: 50,
    raters: 30,
    votesPerItem: 6,
    captionEffect: 0.8,
    raterEffect: 0.5,
    raterSideEffect: 0.4,
  },
  "few raters": {
    ...common,
    ...ordinaryEffects,
    logStrength: [0, 0.5, 1.2],
    captions: 30,
    raters: 8,
    votesPerItem: 4,
  },
  large: {
    ...common,
    logStrength: [0, 0.3, 0.6, 1],
    captions: 100,
    raters: 60,
    votesPerItem: 5,
    captionEffect: 0.6,
    raterEffect: 0.4,
    raterSideEffect: 0.3,
  },
  "neither and many ties": {
    ...ordinaryEffects,
    logStrength: [0, 0.6, 1.7],
    leftAdvantage: 0.1,
    tieParameter: 2,
    bar: 0.8,
    raterBarEffect: 0.7,
    captions: 40,
    raters: 24,
    votesPerItem: 6,
  },
};
const coverage = 0.95;

const { values: flags } = parseArgs({
  options: {
    studies: { type: "string", default: "2000" },
    replicates: { type: "string", default: "1000" },
    design: { type: "string" },
  },
});
const studies = Number(flags.studies);
const replicates = Number(flags.replicates);

for (const [name, design] of Object.entries(designs)) {
  if (flags.design === undefined || flags.design === name) printDesign(name, design, measure(design));
}

/** What is estimated, its true value, and the intervals' record. */
type Tally = { readonly name: string; readonly truth: number; held: number; below: number; above: number };

function measure(design: SimulatedStudy): Tally[] {
  const arms = [...design.logStrength.keys()];
  const last = arms.length - 1;
  const population = expectedFit(design).logStrength;
  const pairs = arms.flatMap((first) => arms.slice(first + 1).map((second) => [first, second] as const));
  const differences = pairs.map(([first, second]) =>
    emptyTally(`difference of arms ${first + 1} and ${second + 1}`, population[second]! - population[first]!),
  );
  const share = emptyTally(
    "share of the way, arm 2",
    (population[1]! - population[0]!) / (population[last]! - population[0]!),
  );
  const resampled = emptyTally(
    "difference of arms 1 and 2, captions and raters resampled",
    differences[0]!.truth,
  );
  const plain = emptyTally("difference of arms 1 and 2, votes resampled", differences[0]!.truth);
  const pigeonhole = emptyTally(
    "difference of arms 1 and 2, votes weighted caption × rater",
    differences[0]!.truth,
  );
  const names = arms.map((arm) => `arm ${arm + 1}`);
  for (let study = 0; study < studies; study++) {
    const table = simulateVotes(design, 1000 + study);
    const { fit, estimates } = pairEstimates(table, davidson);
    pairs.forEach(([first, second], index) => {
      const contrast = differenceOf(second, first);
      const value = contrastValue(estimates, contrast);
      const reach = contrastReach(contrastSpread(estimates, contrast), coverage);
      record(differences[index]!, value - reach, value + reach);
    });
    const shares = sharesOfTheWay(estimates, { from: names[0]!, to: names[last]! }, coverage);
    const second = shares?.find(({ arm }) => arm === names[1]);
    if (second) record(share, second.low, second.high);
    const options = { seed: study, replicates, coverage };
    const bounds = resampleDifferences(table, davidson, fit, estimates, options)?.(1, 0);
    if (bounds) record(resampled, bounds.low, bounds.high);
    // The two usual ways, for comparison; a quarter of the replicates does for their purpose.
    for (const [tally, draw] of [
      [plain, plainWeights],
      [pigeonhole, pigeonholeWeights],
    ] as const) {
      const sorted = weightedBootstrap(table, draw, study, Math.ceil(replicates / 4));
      record(tally, sortedQuantile(sorted, (1 - coverage) / 2), sortedQuantile(sorted, (1 + coverage) / 2));
    }
  }
  return [...differences, share, resampled, plain, pigeonhole];
}

function emptyTally(name: string, truth: number): Tally {
  return { name, truth, held: 0, below: 0, above: 0 };
}

function record(tally: Tally, low: number, high: number): void {
  if (low > tally.truth) tally.above++;
  else if (high < tally.truth) tally.below++;
  else tally.held++;
}

type DrawWeights = (table: VoteTable, random: ReturnType<typeof createRandom>) => (vote: number) => number;

function plainWeights(table: VoteTable, random: ReturnType<typeof createRandom>) {
  const drawn = draws(table.voteCount, random);
  return (vote: number) => drawn[vote]!;
}

function pigeonholeWeights(table: VoteTable, random: ReturnType<typeof createRandom>) {
  const captions = draws(table.captions.length, random);
  const raters = draws(table.raters.length, random);
  return (vote: number) => captions[table.caption[vote]!]! * raters[table.rater[vote]!]!;
}

/** How often each of `count` things comes up in `count` draws with replacement. */
function draws(count: number, random: ReturnType<typeof createRandom>): Int32Array {
  const drawn = new Int32Array(count);
  for (let i = 0; i < count; i++) drawn[random.nextInt(count)]! += 1;
  return drawn;
}

function weightedBootstrap(
  table: VoteTable,
  drawWeights: DrawWeights,
  seed: number,
  count: number,
): Float64Array {
  const random = createRandom(seed);
  const counts = tableToPairCounts(table);
  const fit = davidson.fit(counts);
  const values = Float64Array.from({ length: count }, () => {
    const weightOf = drawWeights(table, random);
    const resampled = new Float64Array(counts.counts.length);
    for (let vote = 0; vote < table.voteCount; vote++) {
      const type = voteType(table, vote);
      if (type !== null) resampled[type]! += weightOf(vote);
    }
    const { logStrength } = davidson.fit({ armCount: counts.armCount, counts: resampled }, fit);
    return logStrength[1]! - logStrength[0]!;
  });
  return values.sort();
}

function printDesign(name: string, design: SimulatedStudy, tallies: readonly Tally[]): void {
  const { logStrength, captions, raters, votesPerItem, captionEffect, raterEffect, raterSideEffect } = design;
  const votes = ((captions * logStrength.length * (logStrength.length - 1)) / 2) * votesPerItem;
  const percentOf = (share: number) => `${Math.round(100 * share)}%`;
  const percent = (count: number, tally: Tally) =>
    `${((100 * count) / Math.max(1, tally.held + tally.below + tally.above)).toFixed(1)}%`;
  console.log(
    `\n### ${name}\n\n${logStrength.length} arms (log strengths ${logStrength.join(", ")}), ${captions} captions, ` +
      `${raters} raters, ${votesPerItem} votes per item, ${votes} votes; standard deviation of an arm's strength ` +
      `over captions ${captionEffect}, over raters ${raterEffect}, of the left advantage over raters ${raterSideEffect}; ${percentOf(expectedTieShare(design, 1, 0))} ties and ` +
      `${percentOf(expectedNeitherShare(design, 1, 0))} “neither” between arms 1 and 2.\n`,
  );
  console.log(
    "| quantity | truth | covered | interval wholly above | wholly below |\n| --- | --- | --- | --- | --- |",
  );
  for (const tally of tallies) {
    console.log(
      `| ${tally.name} | ${tally.truth.toPrecision(4)} | ${percent(tally.held, tally)} | ${percent(tally.above, tally)} | ${percent(tally.below, tally)} |`,
    );
  }
}
