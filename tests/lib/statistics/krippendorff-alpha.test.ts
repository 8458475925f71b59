import { describe, expect, test } from "vitest";
import type { MeasurementLevel } from "@/lib/statistics/coincidences";
import { agreementWithinPairs, krippendorffAlpha, voteAgreement } from "@/lib/statistics/krippendorff-alpha";
import { createRandom } from "@/lib/statistics/random";
import { simulateVotes } from "@/lib/statistics/simulate-study";
import type { Vote } from "@/lib/statistics/vote";
import { votesToTable } from "@/lib/statistics/vote-table";
import { referenceVotes } from "./reference-votes";

const interval = { seed: 1, replicates: 200, coverage: 0.95 };

test.skipIf(!referenceVotes)("the reference votes give the published α", () => {
  const { votes, expected } = referenceVotes!;
  const { value, low, high, ratings } = voteAgreement(votesToTable(votes), interval);
  expect(Math.abs(value! - expected.krippendorff_alpha_nominal_on_chosen_arm)).toBeLessThan(1e-9);
  expect(low!).toBeLessThan(value!);
  expect(high!).toBeGreaterThan(value!);
  expect(ratings).toBe(600);
});

describe("Krippendorff's α", () => {
  // The reliability data that Krippendorff works through in "Computing Krippendorff's Alpha-Reliability" (2011),
  // section E: four observers, twelve units, missing values.
  const observers = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
  ];
  const ratings = observers.flatMap((row) =>
    row
      .split(" ")
      .map((value, unit) => ({ unit, value: Number(value) }))
      .filter(({ value }) => !Number.isNaN(value)),
  );

  test.each([
    ["nominal", 0.743],
    ["ordinal", 0.815],
    ["interval", 0.849],
  ] as [MeasurementLevel, number][])("of the textbook example is %s %d", (level, published) => {
    const { value, units } = krippendorffAlpha(ratings, { level, ...interval });
    expect(value!).toBeCloseTo(published, 3);
    expect(units).toBe(11);
  });

  // The example of Hayes and Krippendorff (Communication Methods and Measures 1, 2007): five observers, forty units.
  const observersOf2007 = [
    "112.001122.01311211000201001111223222221",
    "1130000.21102311121000302102111122222221",
    "203000222100221123001.30.1012202.2232.21",
    ".13....0.10022...31.103021122..122...12.",
    "2..0001.2....3112..0.0..2.0..20.2.2222.1",
  ];

  test.each([
    ["ordinal", 0.7598],
    ["nominal", 0.4765],
  ] as [MeasurementLevel, number][])("of the example of 2007 is %s %d", (level, published) => {
    const scores = observersOf2007.flatMap((row, rater) =>
      [...row].flatMap((value, unit) => (value === "." ? [] : [{ unit, value: Number(value), rater }])),
    );
    const { value, low, high } = krippendorffAlpha(scores, { level, ...interval });
    expect(Math.abs(value! - published)).toBeLessThan(0.00005);
    expect(low!).toBeLessThan(published);
    expect(high!).toBeGreaterThan(published);
  });

  test("of full agreement is within its interval, which is as wide as for no disagreement among so many", () => {
    const agreed = Array.from({ length: 60 }, (_, i) => ({
      unit: i % 20,
      value: i % 2,
      cluster: `c${i % 20}`,
      rater: `r${i % 6}`,
    }));
    const { value, low, high } = krippendorffAlpha(agreed, { level: "nominal", coverage: 0.95 });
    expect([value, high]).toEqual([1, 1]);
    // Wilson: 60 / (60 + 1.96²).
    expect(low!).toBeCloseTo(60 / (60 + 1.96 ** 2), 4);
  });

  test("has no interval if it depends on one answer", () => {
    const alike = Array.from({ length: 60 }, (_, i) => ({
      unit: i % 20,
      value: i === 7 ? 1 : 0,
      cluster: `c${i % 20}`,
      rater: `r${i % 6}`,
    }));
    const { value, low, high } = krippendorffAlpha(alike, { level: "nominal", coverage: 0.95 });
    expect(Math.abs(value!)).toBeLessThan(0.02);
    expect([low, high]).toEqual([null, null]);
  });

  test("is 1 when raters agree, about 0 when they guess, negative when they contradict", () => {
    const random = createRandom(1);
    const of = (pair: (unit: number) => [number, number]) =>
      krippendorffAlpha(
        Array.from({ length: 400 }, (_, unit) => pair(unit).map((value) => ({ unit, value }))).flat(),
        { level: "nominal", ...interval },
      ).value!;
    expect(of((unit) => [unit % 3, unit % 3])).toBe(1);
    // Standard error about 1 / √400 = 0.05.
    expect(Math.abs(of(() => [random.nextInt(2), random.nextInt(2)]))).toBeLessThan(0.2);
    expect(of(() => [0, 1])).toBeLessThan(-0.9);
  });

  test("is undefined, not perfect, if all values are equal or no unit has two ratings", () => {
    const one = [1, 2].flatMap((unit) => [0, 1].map(() => ({ unit, value: 7 })));
    expect(krippendorffAlpha(one, { level: "nominal", ...interval }).value).toBeNull();
    const single = [1, 2, 3].map((unit) => ({ unit, value: unit }));
    expect(krippendorffAlpha(single, { level: "nominal", ...interval })).toMatchObject({
      value: null,
      units: 0,
    });
  });
});

describe("agreement within pairs", () => {
  /** Two answers to every pair of arms for every caption, which `answer` gives as the index of the arm, or null for a tie. */
  function judged(arms: number, answer: (first: number, second: number, rater: number) => number | null) {
    const random = createRandom(7);
    const votes: Vote[] = [];
    for (let caption = 0; caption < Math.ceil(2000 / (arms * arms)); caption++) {
      for (let first = 0; first < arms; first++) {
        for (let second = first + 1; second < arms; second++) {
          for (const rater of [0, 1]) {
            const sides = random.nextInt(2) === 0 ? [first, second] : [second, first];
            const chosen = answer(first, second, rater);
            votes.push({
              caption: `c${caption}`,
              rater: `r${rater}`,
              left: `arm ${sides[0]}`,
              right: `arm ${sides[1]}`,
              winner: chosen === null ? "tie" : chosen === sides[0] ? "left" : "right",
            });
          }
        }
      }
    }
    return votesToTable(votes);
  }

  test.each([2, 3, 12])("is 0 for answers at random among %i arms, where that over arms is not", (arms) => {
    const random = createRandom(3);
    const table = judged(arms, (first, second) => (random.nextInt(2) === 0 ? first : second));
    const within = agreementWithinPairs(table, interval);
    // Some 900 pairs or more: a standard error of 0.03.
    expect(Math.abs(within.value!)).toBeLessThan(0.1);
    expect(within.low!).toBeLessThan(0);
    expect(within.high!).toBeGreaterThan(0);
    // Of n arms each is chosen in a share 1/n: α = 1 - ½ / (1 - 1/n).
    expect(voteAgreement(table, interval).value!).toBeCloseTo(1 - 0.5 / (1 - 1 / arms), 1);
  });

  test("is 1 where all raters prefer the same arm of every pair, and counts pairs and answers once", () => {
    const table = judged(3, (first) => first);
    expect(agreementWithinPairs(table, interval)).toMatchObject({
      value: 1,
      units: voteAgreement(table, interval).units,
      ratings: table.voteCount,
    });
  });

  test("does not depend on the order of the arms", () => {
    const random = createRandom(5);
    const table = judged(4, (first, second) => [first, second, second, null][random.nextInt(4)]!);
    const arms = table.arms.toReversed();
    const exchanged = {
      ...table,
      arms,
      left: table.left.map((arm) => 3 - arm),
      right: table.right.map((arm) => 3 - arm),
    };
    const [given, reversed] = [table, exchanged].map((each) => agreementWithinPairs(each, interval).value!);
    expect(given).toBeCloseTo(reversed!, 12);
  });
});

describe("the interval", () => {
  // Loads so uneven that one of three raters has a part in nearly every unit of two.
  const study = (raters: number, loads?: number[]) => ({
    logStrength: [0, 0.6, 1.7],
    captions: 60,
    raters,
    votesPerItem: 2,
    captionEffect: 0.4,
    raterEffect: 0.8,
    raterSideEffect: 0.2,
    leftAdvantage: 0.1,
    tieParameter: 0.7,
    ...(loads ? { loads } : {}),
  });

  test("is defined, with possible values of α as bounds, if one rater judged every unit", () => {
    const table = simulateVotes(study(3, [20, 3, 2]), 4);
    for (const { value, low, high } of [
      voteAgreement(table, interval),
      agreementWithinPairs(table, interval),
    ]) {
      expect(low!).toBeGreaterThan(-1.1);
      expect(low!).toBeLessThan(value! - 0.05);
      expect(high!).toBeGreaterThan(value! + 0.05);
      expect(high!).toBeLessThan(1);
    }
  });

  test.each([
    ["even", undefined],
    ["uneven", [20, 3, 2]],
  ])("holds in 95% of studies of three raters of strong taste and %s loads", (_, loads) => {
    // Of 108,000 answers about 12,000 captions by 3,000 raters, as in bench/coverage.
    const truth = 0.118;
    const studies = 300;
    let held = 0;
    for (let seed = 1; seed <= studies; seed++) {
      const { low, high } = agreementWithinPairs(simulateVotes(study(3, loads), seed), interval);
      if (low! <= truth && truth <= high!) held++;
    }
    // 95% ± 2.6 standard errors.
    expect(held / studies).toBeGreaterThan(0.917);
    expect(held / studies).toBeLessThan(0.983);
  });
});
