/** Pairs: everything that a leaderboard of pairs shows with an interval. */
import { sensitivityOf } from "@/lib/questions/answer-statistics";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { acceptabilities } from "@/lib/statistics/acceptability";
import { contrastSpread, contrastValue, differenceOf } from "@/lib/statistics/arm-estimates";
import { davidson } from "@/lib/statistics/davidson";
import { eloPerLogStrength } from "@/lib/statistics/elo";
import {
  expectedFit,
  expectedNeitherShare,
  expectedShares,
  expectedTieShare,
  expectedWinRate,
} from "@/lib/statistics/expected-shares";
import { type Leaderboard, tableToLeaderboard } from "@/lib/statistics/leaderboard";
import { pairEstimates } from "@/lib/statistics/pair-estimates";
import { resampleDifferences } from "@/lib/statistics/resampled-differences";
import { isInSet } from "@/lib/statistics/share-of-the-way";
import { type SimulatedStudy, simulateVotes } from "@/lib/statistics/simulate-study";
import { winners } from "@/lib/statistics/vote";
import type { VoteTable } from "@/lib/statistics/vote-table";
import { covers, coversAtLeast, type Tallies, told } from "./claims";
import type { Design, Subject } from "./subject";
import { loadsOf, type World, wordsOf, worlds } from "./worlds";

type Truth = {
  readonly logStrength: readonly number[];
  readonly tieParameter: number;
  readonly bar?: number;
  readonly raterBarEffect?: number;
};
const ordinary: Truth = { logStrength: [0, 0.6, 1.7], tieParameter: 0.7 };
/** Photographs that win practically always. */
const separated: Truth = { logStrength: [0, 0.6, 7], tieParameter: 0.3 };
const wideGap: Truth = { logStrength: [0, 0.6, 3], tieParameter: 0.7 };
const manyTies: Truth = { logStrength: [0, 0.6, 1.7], tieParameter: 2.2 };
const neither: Truth = { logStrength: [0, 0.6, 1.7], tieParameter: 0.7, bar: 0.8, raterBarEffect: 0.7 };
const mostlyNeither: Truth = { logStrength: [0, 0.6, 1.7], tieParameter: 0.7, bar: 2.2, raterBarEffect: 0.7 };

export const pairs: Subject = {
  name: "pairs",
  title: "Pairs",
  designs: [
    ...Object.entries(worlds).map(([name, world]) => designOf(name, world, ordinary, 1000)),
    designOf(
      "separated arm",
      { ...worlds["8 raters"], captions: 60, raters: 12, votesPerItem: 3 },
      separated,
      1000,
    ),
    designOf("3 raters, strong taste, wide gap", worlds["3 raters, strong taste"], wideGap, 1000),
    designOf("half of the answers are ties", { ...worlds["8 raters"], captions: 40 }, manyTies, 1000),
    designOf("neither", { ...worlds["8 raters"], captions: 40, raters: 12 }, neither, 600),
    designOf(
      "half of the answers are neither",
      { ...worlds["20 raters, uneven"], captions: 60 },
      mostlyNeither,
      600,
    ),
    designOf(
      "neither, 5 raters, strong taste, uneven",
      worlds["5 raters, strong taste, uneven"],
      neither,
      600,
    ),
    resampledDesign("8 raters"),
    resampledDesign("20 raters, uneven"),
    resampledDesign("40 raters, strong taste"),
  ],
};

/** The intervals of differences from resampling, and for comparison those that take all answers as independent. */
function resampledDesign(name: keyof typeof worlds): Design {
  const world: World = worlds[name];
  const study = studyOf(world, ordinary);
  return {
    name: `${name}, resampled`,
    description: `${wordsOf(world)}; log strengths ${ordinary.logStrength.join(", ")}; 400 replicates`,
    studies: 400,
    prepare() {
      const { logStrength } = expectedFit(study);
      return (seed, tallies) => {
        const table = simulateVotes({ ...study, ...loadsOf(world, seed) }, 1000 + seed);
        const { fit, estimates } = pairEstimates(table, davidson);
        const options = { seed, replicates: 400, coverage: 0.95 };
        const bounds = resampleDifferences(table, davidson, fit, estimates, options);
        const pairs = [differenceOf(1, 0), differenceOf(2, 0), differenceOf(2, 1)];
        const truths = pairs.map(([first, second]) => logStrength[first!.arm]! - logStrength[second!.arm]!);
        if (bounds) {
          tallies.intervals(
            "differences, resampled",
            pairs.map(([first, second], k) => ({ truth: truths[k]!, ...bounds(first!.arm, second!.arm) })),
          );
        }
        tallies.intervals(
          "differences, answers taken as independent",
          pairs.map((contrast, k) => {
            const value = contrastValue(estimates, contrast);
            const reach = 1.96 * contrastSpread(estimates, contrast).modelStandardError;
            return { truth: truths[k]!, low: value - reach, high: value + reach };
          }),
          told,
        );
      };
    },
  };
}

function studyOf(world: World, truth: Truth): SimulatedStudy {
  return {
    ...truth,
    captions: world.captions,
    raters: world.raters,
    votesPerItem: world.votesPerItem,
    captionEffect: world.captionEffect,
    raterEffect: world.taste,
    raterSideEffect: 0.2,
    leftAdvantage: 0.1,
  };
}

function designOf(name: string, world: World, truth: Truth, studies: number): Design {
  const study = studyOf(world, truth);
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  return {
    name,
    description:
      `${wordsOf(world)}; log strengths ${truth.logStrength.join(", ")}; between the first two ` +
      `${percent(expectedTieShare(study, 1, 0))} ties and ${percent(expectedNeitherShare(study, 1, 0))} “neither”`,
    studies,
    prepare() {
      const truths = truthsOf(study);
      return (seed, tallies) => {
        const table = simulateVotes({ ...study, ...loadsOf(world, seed) }, 1000 + seed);
        const way = { from: table.arms[0]!, to: table.arms.at(-1)! };
        count(tableToLeaderboard(table, { way }), truths, tallies);
        if (study.bar !== undefined) countNeither(table, study, truths, tallies);
      };
    },
  };
}

type Truths = {
  readonly study: SimulatedStudy;
  readonly logStrength: Float64Array;
  /** Krippendorff's α over arms and within pairs. */
  readonly overArms: number;
  readonly withinPairs: number;
  readonly sideBias: number;
};

function truthsOf(study: SimulatedStudy): Truths {
  // α has no closed form here: taken from one study so large that its own noise is a tenth of an interval at most.
  const large = tableToLeaderboard(
    simulateVotes(
      { ...study, captions: 12_000, raters: 3000, votesPerItem: Math.min(study.votesPerItem, 3) },
      99,
    ),
  );
  let left = 0;
  let decisive = 0;
  for (const [i] of study.logStrength.entries()) {
    for (const [j] of study.logStrength.entries()) {
      if (i === j) continue;
      const shares = expectedShares(study, i, j);
      left += shares[0]!;
      decisive += shares[0]! + shares[1]!;
    }
  }
  return {
    study,
    logStrength: expectedFit(study).logStrength,
    overArms: large.krippendorffAlpha.value!,
    withinPairs: large.agreementWithinPairs.value!,
    sideBias: left / decisive - 0.5,
  };
}

function count(board: Leaderboard, truths: Truths, tallies: Tallies): void {
  const { logStrength, study } = truths;
  const last = logStrength.length - 1;
  const armOf = new Map(board.arms.map((arm, index) => [arm, index]));
  for (const { first, second, low, high } of board.differences) {
    const [i, j] = [armOf.get(first)!, armOf.get(second)!];
    // The higher estimate is named first; the interval is that of the lower index less the higher one, turned.
    const sign = i > j ? 1 : -1;
    const truth = eloPerLogStrength * (logStrength[Math.max(i, j)]! - logStrength[Math.min(i, j)]!);
    const name = `difference of arms ${Math.min(i, j) + 1} and ${Math.max(i, j) + 1}`;
    if (low === null || high === null) continue;
    if (sign > 0) tallies.interval(name, truth, low, high);
    else tallies.interval(name, truth, -high, -low);
  }
  const rowOf = (arm: string) => board.rows.find((row) => row.arm === arm)!;
  tallies.intervals(
    "two ratings' intervals",
    board.differences.flatMap(({ first, second, estimate }) => {
      if (estimate === null) return [];
      const [a, b] = [rowOf(first), rowOf(second)];
      const reach = Math.hypot(a.rating_q975! - a.rating!, b.rating_q975! - b.rating!);
      const truth = eloPerLogStrength * (logStrength[armOf.get(first)!]! - logStrength[armOf.get(second)!]!);
      return [{ truth, low: estimate - reach, high: estimate + reach }];
    }),
  );
  for (const share of board.shareOfTheWay) {
    const index = armOf.get(share.arm)!;
    const truth = (logStrength[index]! - logStrength[0]!) / (logStrength[last]! - logStrength[0]!);
    tallies.event("gap closed", isInSet(share, truth), covers);
    tallies.event("gap closed: the set has two ends", share.low !== null, told);
    // A gap that is distinguished in few studies is often one whose spread seems too small there, and so does the share's.
    tallies.interval("gap closed, of sets with two ends", truth, share.low, share.high, told);
  }
  let allHold = true;
  board.winMatrix.forEach((row, i) => {
    row.forEach((cell, j) => {
      if (!cell || j <= i || cell.low === null || cell.high === null) return;
      const truth = expectedWinRate(study, i, j);
      if (cell.low > truth || cell.high < truth) allHold = false;
    });
  });
  tallies.event("win rates, all cells at once", allHold, coversAtLeast);
  const { krippendorffAlpha: overArms, agreementWithinPairs: within, sideBias } = board;
  tallies.interval("α over arms", truths.overArms, overArms.low, overArms.high);
  tallies.interval("α within pairs", truths.withinPairs, within.low, within.high);
  tallies.interval("side bias", truths.sideBias, sideBias.low, sideBias.high);
}

/** The sensitivity panel of arms 2 and 1. */
function countNeither(table: VoteTable, study: SimulatedStudy, truths: Truths, tallies: Tallies): void {
  const [first, second] = [table.arms[1]!, table.arms[0]!];
  acceptabilities(table, 0.95).forEach(({ low, high }, arm) => {
    const others = [...study.logStrength.keys()].filter((other) => other !== arm);
    const mean = (value: (other: number) => number) =>
      others.reduce((sum, other) => sum + value(other), 0) / others.length;
    const most = mean((other) => 1 - expectedNeitherShare(study, arm, other));
    const least = mean((other) => {
      const [onLeft, onRight] = [expectedShares(study, arm, other), expectedShares(study, other, arm)];
      return (onLeft[0]! + onLeft[2]! + onRight[1]! + onRight[2]!) / 2;
    });
    tallies.event(
      `acceptability of arm ${arm + 1}: both bounds held`,
      low! <= least && most <= high!,
      coversAtLeast,
    );
  });
  const answers = Array.from(
    { length: table.voteCount },
    (_, i): ArmAnswer => ({
      type: "pair",
      caption: table.captions[table.caption[i]!]!,
      rater: table.raters[table.rater[i]!]!,
      shown: [table.arms[table.left[i]!]!, table.arms[table.right[i]!]!],
      winner: winners[table.outcome[i]!]!,
    }),
  );
  const panel = sensitivityOf(
    "pair",
    answers.map((answer) => ({ ...answer, isExcluded: false, isExcludedByCheck: false, isFlagged: false })),
    { arms: table.arms, raters: "not-excluded", primaryPair: [first, second] },
  );
  for (const row of panel?.rows ?? []) {
    if (!row.choice.startsWith("neither-") || row.low === null || row.high === null) continue;
    // The panel's first arm is the one ahead; ours is arm 2.
    const turned = panel!.pair[0] !== first;
    // "To second" is against the arm that is ahead, whichever that is.
    const choice =
      turned && row.choice === "neither-to-first"
        ? "neither-to-second"
        : turned && row.choice === "neither-to-second"
          ? "neither-to-first"
          : row.choice;
    const truth = truthOfChoice(choice, study, truths);
    const [low, high] = turned ? [-row.high, -row.low] : [row.low, row.high];
    tallies.interval(`sensitivity: ${choice.replaceAll("-", " ")}`, truth, low, high, covers);
  }
}

function truthOfChoice(choice: string, study: SimulatedStudy, { logStrength }: Truths): number {
  if (choice === "neither-left-out") return eloPerLogStrength * (logStrength[1]! - logStrength[0]!);
  if (choice === "neither-as-failure") {
    const [onLeft, onRight] = [expectedShares(study, 1, 0), expectedShares(study, 0, 1)];
    return (onLeft[0]! + onRight[1]! - onLeft[1]! - onRight[0]!) / 2;
  }
  const armCount = study.logStrength.length;
  const counts = new Float64Array(armCount * armCount * 3);
  for (let left = 0; left < armCount; left++) {
    for (let right = 0; right < armCount; right++) {
      if (left === right) continue;
      const shares = expectedShares(study, left, right);
      const own = shares.slice(0, 3);
      if (choice === "neither-as-tie") own[2]! += shares[3]!;
      else {
        const [winner, loser] = choice === "neither-to-first" ? [1, 0] : [0, 1];
        // As `sensitivityOf` gives them: to the winner where it is shown, else against the loser where that is.
        if (left === winner) own[0]! += shares[3]!;
        else if (right === winner) own[1]! += shares[3]!;
        else if (left === loser) own[1]! += shares[3]!;
        else if (right === loser) own[0]! += shares[3]!;
      }
      counts.set(own, (left * armCount + right) * 3);
    }
  }
  const fit = davidson.fit({ armCount, counts });
  return eloPerLogStrength * (fit.logStrength[1]! - fit.logStrength[0]!);
}
