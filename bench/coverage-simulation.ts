/**
 * How often the leaderboard's 95% intervals hold the truth, over many simulated studies with known strengths.
 *
 *   node --import tsx bench/coverage-simulation.ts [--studies 2000] [--replicates 1000] [--design ordinary]
 *
 * Prints a Markdown table per design; docs/measurements/coverage.md keeps one run.
 */
import { parseArgs } from "node:util";
import { davidson } from "@/lib/ratings/statistics/davidson";
import { logStrengthsToRatings } from "@/lib/ratings/statistics/elo";
import {
  expectedNeitherShare,
  expectedShares,
  expectedTieShare,
  expectedWinRate,
} from "@/lib/ratings/statistics/expected-shares";
import { tableToPairCounts, voteType } from "@/lib/ratings/statistics/pair-counts";
import type { PairwiseParameters } from "@/lib/ratings/statistics/pairwise-model";
import { sortedQuantile } from "@/lib/ratings/statistics/quantiles";
import { createRandom } from "@/lib/ratings/statistics/random";
import { type SimulatedStudy, simulateVotes } from "@/lib/ratings/statistics/simulate-study";
import { type Quantity, twoWayBootstrap } from "@/lib/ratings/statistics/two-way-bootstrap";
import type { VoteTable } from "@/lib/ratings/statistics/vote-table";
import { winMatrix } from "@/lib/ratings/statistics/win-matrix";

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
  const population = populationFit(design);
  const quantities: { name: string; of: Quantity }[] = [
    ...arms.map((arm) => ({
      name: `rating of arm ${arm + 1}`,
      of: ({ logStrength }: PairwiseParameters) => logStrengthsToRatings(logStrength)[arm]!,
    })),
    { name: "difference of arms 1 and 2", of: ({ logStrength }) => logStrength[1]! - logStrength[0]! },
    { name: "share of the way, arm 2", of: ({ logStrength }) => logStrength[1]! / logStrength[last]! },
    { name: "left advantage", of: ({ leftAdvantage }) => leftAdvantage },
    { name: "tie parameter", of: ({ tieParameter }) => tieParameter },
  ];
  const tallies = quantities.map(({ name, of }): Tally => emptyTally(name, of(population)));
  const winRate = emptyTally("win rate of arm 2 over arm 1", expectedWinRate(design, 1, 0));
  const plain = emptyTally("rating of arm 1, votes resampled", tallies[0]!.truth);
  const pigeonhole = emptyTally("rating of arm 1, votes weighted caption × rater", tallies[0]!.truth);
  for (let study = 0; study < studies; study++) {
    const table = simulateVotes(design, 1000 + study);
    const { estimates } = twoWayBootstrap(
      table,
      davidson,
      quantities.map(({ of }) => of),
      { seed: study, replicates, coverage },
    );
    estimates.forEach(({ low, high }, q) => {
      record(tallies[q]!, low, high);
    });
    const cell = winMatrix(table, coverage)[1]![0]!;
    record(winRate, cell.low!, cell.high!);
    // The two usual ways, for comparison; a quarter of the replicates does for their purpose.
    for (const [tally, draw] of [
      [plain, plainWeights],
      [pigeonhole, pigeonholeWeights],
    ] as const) {
      const sorted = weightedBootstrap(table, quantities[0]!.of, draw, study, Math.ceil(replicates / 4));
      record(tally, sortedQuantile(sorted, (1 - coverage) / 2), sortedQuantile(sorted, (1 + coverage) / 2));
    }
  }
  return [...tallies, winRate, plain, pigeonhole];
}

function emptyTally(name: string, truth: number): Tally {
  return { name, truth, held: 0, below: 0, above: 0 };
}

function record(tally: Tally, low: number, high: number): void {
  if (low > tally.truth) tally.above++;
  else if (high < tally.truth) tally.below++;
  else tally.held++;
}

/** What the model would estimate from infinitely many captions and raters: the truth that intervals are about. */
function populationFit(design: SimulatedStudy): PairwiseParameters {
  const armCount = design.logStrength.length;
  const counts = new Float64Array(armCount * armCount * 3);
  for (let left = 0; left < armCount; left++) {
    for (let right = 0; right < armCount; right++) {
      if (left === right) continue;
      // "Neither" compares nothing, and the model does not see it.
      const compared = expectedShares(design, left, right).subarray(0, 3);
      counts.set(compared, (left * armCount + right) * 3);
    }
  }
  return davidson.fit({ armCount, counts });
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
  quantity: Quantity,
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
    return quantity(davidson.fit({ armCount: counts.armCount, counts: resampled }, fit));
  });
  return values.sort();
}

function printDesign(name: string, design: SimulatedStudy, tallies: readonly Tally[]): void {
  const { logStrength, captions, raters, votesPerItem, captionEffect, raterEffect, raterSideEffect } = design;
  const votes = ((captions * logStrength.length * (logStrength.length - 1)) / 2) * votesPerItem;
  const percentOf = (share: number) => `${Math.round(100 * share)}%`;
  const percent = (count: number) => `${((100 * count) / studies).toFixed(1)}%`;
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
      `| ${tally.name} | ${tally.truth.toPrecision(4)} | ${percent(tally.held)} | ${percent(tally.above)} | ${percent(tally.below)} |`,
    );
  }
}
