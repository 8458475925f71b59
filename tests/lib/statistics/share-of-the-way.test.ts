import { describe, expect, it } from "vitest";
import { davidson } from "@/lib/statistics/davidson";
import { expectedFit } from "@/lib/statistics/expected-shares";
import { meanScores, type Score } from "@/lib/statistics/likert";
import { pairEstimates } from "@/lib/statistics/pair-estimates";
import { createRandom, type Random } from "@/lib/statistics/random";
import { sharesOfTheWay } from "@/lib/statistics/share-of-the-way";
import { shareSetText } from "@/lib/statistics/share-of-the-way-text";
import { type SimulatedStudy, simulateVotes } from "@/lib/statistics/simulate-study";

const truth = { original: 2, tuned: 2.6, real: 4 };
const arms = ["original", "tuned", "real"] as const;
const [captions, raters] = [20, 12];

/** Scores of everybody for everything, with normal effects of captions and raters on each arm. */
function study(random: Random): Score[] {
  const effects = (count: number) => Array.from({ length: 3 * count }, () => 0.4 * random.nextNormal());
  const captionEffects = effects(captions);
  const raterEffects = effects(raters);
  return arms.flatMap((arm, a) =>
    Array.from({ length: captions * raters }, (_, i) => {
      const [caption, rater] = [i % captions, Math.floor(i / captions)];
      const score =
        truth[arm] +
        captionEffects[3 * caption + a]! +
        raterEffects[3 * rater + a]! +
        0.8 * random.nextNormal();
      return { caption: `c${caption}`, rater: `r${rater}`, arm, score };
    }),
  );
}

it("covers the truth in 95% of studies of scores", () => {
  const random = createRandom(5);
  const studies = 300;
  let held = 0;
  for (let count = 0; count < studies; count++) {
    const scores = study(random);
    const shares = sharesOfTheWay(meanScores(scores), { from: "original", to: "real" }, 0.95)!;
    expect(shares.map(({ arm }) => arm)).toEqual(["tuned"]);
    if (shares[0]!.low! <= 0.3 && 0.3 <= shares[0]!.high!) held++;
  }
  // 95% ± 2.6 standard errors.
  expect(held / studies).toBeGreaterThan(0.917);
  expect(held / studies).toBeLessThan(0.983);
});

it("is not given if an end of the gap was never judged", () => {
  const scores = study(createRandom(1));
  const estimates = meanScores(scores);
  expect(sharesOfTheWay(estimates, { from: "original", to: "photographs" }, 0.95)).toBeNull();
});

describe("if the ends of the gap are not separated", () => {
  // Three raters of strong taste: most studies do not tell the ends apart, and those that do seem surer than they are.
  const study: SimulatedStudy = {
    logStrength: [0, 0.6, 1.7],
    captions: 60,
    raters: 3,
    votesPerItem: 2,
    captionEffect: 0.4,
    raterEffect: 0.8,
    raterSideEffect: 0.2,
    leftAdvantage: 0.1,
    tieParameter: 0.7,
  };
  const [original, tuned, real] = expectedFit(study).logStrength;
  const truth = (tuned! - original!) / (real! - original!);
  const way = { from: "arm 1", to: "arm 3" };
  const sharesOf = (seed: number) =>
    sharesOfTheWay(pairEstimates(simulateVotes(study, seed), davidson).estimates, way, 0.95)!;

  it("covers the truth in 95% of all studies, bounded or not", () => {
    const [studies, count] = [250, { held: 0, interval: 0, outside: 0, all: 0 }];
    for (let seed = 1; seed <= studies; seed++) {
      const { low, high, excluded, value } = sharesOf(seed)[0]!;
      if (low !== null && high !== null) {
        count.interval++;
        if (low <= truth && truth <= high) count.held++;
        expect(low).toBeLessThan(value!);
        expect(high).toBeGreaterThan(value!);
      } else if (excluded !== null) {
        count.outside++;
        if (truth <= excluded.low || truth >= excluded.high) count.held++;
        expect(excluded.low).toBeLessThan(excluded.high);
        expect(value! <= excluded.low || value! >= excluded.high).toBe(true);
      } else {
        count.all++;
        count.held++;
      }
    }
    // 95% ± 2.6 standard errors.
    expect(count.held / studies).toBeGreaterThan(0.914);
    expect(count.held / studies).toBeLessThan(0.986);
    for (const kind of ["interval", "outside", "all"] as const) expect(count[kind]).toBeGreaterThan(10);
  });

  it("leaves out the same shares, whichever end is first", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { estimates } = pairEstimates(simulateVotes(study, seed), davidson);
      const there = sharesOfTheWay(estimates, way, 0.95)![0]!;
      const back = sharesOfTheWay(estimates, { from: "arm 3", to: "arm 1" }, 0.95)![0]!;
      expect(back.value!).toBeCloseTo(1 - there.value!, 9);
      const ends = [there.low ?? there.excluded?.low, there.high ?? there.excluded?.high];
      const turned = [back.high ?? back.excluded?.high, back.low ?? back.excluded?.low];
      for (const [i, end] of ends.entries()) {
        if (end === undefined) expect(turned[i]).toBeUndefined();
        else expect(1 - turned[i]!).toBeCloseTo(end, 4);
      }
    }
  });

  it.each([
    [{ low: 0.12, high: 0.6, excluded: null }, "0.12 to 0.6"],
    [{ low: null, high: null, excluded: { low: -3.1, high: 0.12 } }, "at most -3.1, or at least 0.12"],
    [{ low: null, high: null, excluded: null }, "no limit: any share is possible"],
  ])("says %j in words", (set, words) => {
    expect(shareSetText(set, String)).toBe(words);
  });
});
