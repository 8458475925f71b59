/** The cumulative logit model of graded pairs, compared with SciPy, simpler models, and simulated studies. */
import { describe, expect, it } from "vitest";
import { fitGradedPairs, type GradedComparison } from "@/lib/questions/graded-pair/ordinal-model";
import { armDifferences } from "@/lib/statistics/arm-differences";
import { coverage } from "@/lib/statistics/compare-arms";
import { createRandom } from "@/lib/statistics/random";
import { voteEstimates } from "@/lib/statistics/vote-estimates";

const arms = ["a", "b", "c", "d"];
const orders = arms.flatMap((left) => arms.filter((right) => right !== left).map((right) => [left, right]));

/** Eight answers to each of the twelve ordered pairs in turn. */
const grades = [
  2, 0, 3, -3, 1, 1, -1, -2, -1, -3, 1, -3, -1, 2, 3, 3, 2, 1, -2, -1, -1, -2, -1, 3, -1, 1, 3, 1, -2, -3, 0,
  -3, 1, -3, -2, -1, 0, -1, 3, 0, -1, 3, 1, -2, 2, -3, -1, -1, 2, 3, 2, 2, 1, -3, -2, -3, 1, -3, -3, 1, -3,
  -2, 0, 2, 1, 1, -2, -3, 0, -3, -2, -3, 3, 3, 2, -1, -3, 3, -3, -2, 2, -1, 1, -3, 2, -3, 3, -3, -2, 3, -1,
  -3, -1, -2, -3, 2,
];
const answers = grades.map(
  (grade, i): GradedComparison => ({
    caption: `caption ${i % 8}`,
    rater: `rater ${Math.floor(i / 12)}`,
    left: orders[i % 12]![0]!,
    right: orders[i % 12]![1]!,
    grade,
  }),
);

/** SciPy 1.17: minimize of the same likelihood written again, its Hessian by differences. */
const scipy = {
  strengths: [0.4115005352, 1.1125605007, 1.8140544205],
  advantage: 0.2790349237,
  thresholds: [0.1673563693, 1.0350942282, 1.9060206618],
  logLikelihood: -165.5740043006,
  standardErrors: [0.3232974, 0.3275096, 0.354079],
};

const fit = (own: readonly GradedComparison[], names = arms) =>
  fitGradedPairs(
    own,
    names,
    names.map(() => 0),
  );

const world: World = {
  arms: ["a", "b", "c"],
  strengths: [0, 0.3, 0.9],
  advantage: 0.15,
  thresholds: [0.3, 1.1, 2.2],
  taste: 0,
};

describe("fitGradedPairs", () => {
  it("finds the same maximum of the likelihood as SciPy", () => {
    const { estimates, leftAdvantage, thresholds, logLikelihood, method } = fit(answers);
    expect(method).toBe("maximum-likelihood");
    expect(logLikelihood).toBeCloseTo(scipy.logLikelihood, 8);
    for (const [index, strength] of scipy.strengths.entries()) {
      expect(estimates.values[index + 1]).toBeCloseTo(strength, 6);
      const variance = estimates.covariance.model[(index + 1) * (arms.length + 1)]!;
      expect(Math.sqrt(variance)).toBeCloseTo(scipy.standardErrors[index]!, 5);
    }
    expect(leftAdvantage).toBeCloseTo(scipy.advantage, 6);
    scipy.thresholds.forEach((threshold, k) => {
      expect(thresholds[k]).toBeCloseTo(threshold, 6);
    });
  });

  it("gives the same result with sides and grades swapped, except for the left advantage", () => {
    const turned = answers.map(({ left, right, grade, ...seen }) => ({
      ...seen,
      left: right,
      right: left,
      grade: grade === 0 ? 0 : -grade,
    }));
    const [one, other] = [fit(answers), fit(turned)];
    for (const arm of arms.keys())
      expect(other.estimates.values[arm]).toBeCloseTo(one.estimates.values[arm]!, 8);
    expect(other.leftAdvantage).toBeCloseTo(-one.leftAdvantage, 8);
  });

  it("is the Bradley–Terry model for two grades", () => {
    const decisive = answers.map(({ grade, ...seen }) => ({ ...seen, grade: grade < 0 ? -2 : 2 }));
    const votes = decisive.map(({ grade, ...seen }) => ({
      ...seen,
      winner: grade < 0 ? ("left" as const) : ("right" as const),
    }));
    const graded = fit(decisive);
    const pairwise = voteEstimates(votes, arms)!;
    expect(graded.thresholds).toEqual([]);
    for (const arm of arms.keys()) {
      expect(graded.estimates.values[arm]).toBeCloseTo(pairwise.estimates.values[arm]!, 7);
    }
    for (const part of ["caption", "rater", "cell", "model"] as const) {
      graded.estimates.covariance[part].forEach((value, at) => {
        expect(value).toBeCloseTo(pairwise.estimates.covariance[part][at]!, 7);
      });
    }
  });

  it("stays finite if all answers are equal, or if one arm wins everything", () => {
    const equal = fit(answers.map((answer) => ({ ...answer, grade: 0 })));
    expect(equal.method).toBe("weak-prior");
    for (const value of equal.estimates.values) expect(value).toBeCloseTo(0, 6);
    const won = fit(
      answers.map((answer) => ({
        ...answer,
        grade: answer.right === "d" ? 3 : answer.left === "d" ? -3 : answer.grade,
      })),
    );
    expect(won.method).toBe("weak-prior");
    expect(won.estimates.values[3]).toBeGreaterThan(Math.max(...won.estimates.values.slice(0, 3)));
    expect(won.estimates.values[3]).toBeLessThan(20);
  });

  it("recovers strengths, advantage and thresholds", () => {
    const studies = 40;
    const sums = new Float64Array(6);
    for (let seed = 1; seed <= studies; seed++) {
      const { estimates, leftAdvantage, thresholds } = fit(simulate(world, seed), world.arms);
      [estimates.values[1]!, estimates.values[2]!, leftAdvantage, ...thresholds].forEach((value, index) => {
        sums[index]! += value;
      });
    }
    [world.strengths[1]!, world.strengths[2]!, world.advantage, ...world.thresholds].forEach(
      (value, index) => {
        expect(Math.abs(sums[index]! / studies - value)).toBeLessThan(0.08);
      },
    );
  });

  it.each([
    ["independent answers", world],
    // Tastes change what strengths mean over everybody, except where the arms are equal.
    ["captions and raters of strong taste", { ...world, strengths: [0, 0, 0], taste: 0.8 }],
  ])("of %s has intervals of differences that hold the truth in 19 of 20 studies", (_, truth) => {
    const studies = 150;
    let held = 0;
    for (let seed = 1; seed <= studies; seed++) {
      const { estimates } = fit(simulate(truth, 500 + seed), truth.arms);
      for (const { first, second, low, high } of armDifferences(truth.arms, estimates, {
        coverage,
        unit: 1,
      })) {
        const [i, j] = [truth.arms.indexOf(first), truth.arms.indexOf(second)];
        const difference = truth.strengths[i]! - truth.strengths[j]!;
        if (low! <= difference && difference <= high!) held++;
      }
    }
    // Three standard errors of 150 independent studies below 95%.
    expect(held / (3 * studies)).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / studies));
  });
});

type World = {
  arms: string[];
  strengths: number[];
  advantage: number;
  thresholds: number[];
  /** Standard deviation of what a caption, and a rater, adds to an arm's strength. */
  taste: number;
};

/** Each caption is judged by 4 of 12 raters in all 3 pairs of arms, the sides drawn. */
function simulate({ arms: names, strengths, advantage, thresholds, taste }: World, seed: number) {
  const random = createRandom(seed);
  const draw = (count: number) =>
    Array.from({ length: count }, () => names.map(() => taste * random.nextNormal()));
  const [ofCaption, ofRater] = [draw(20), draw(12)];
  const comparisons: GradedComparison[] = [];
  for (let caption = 0; caption < 20; caption++) {
    for (let rater = 0; rater < 12; rater++) {
      if ((caption + rater) % 3 !== 0) continue;
      const strength = (arm: number) => strengths[arm]! + ofCaption[caption]![arm]! + ofRater[rater]![arm]!;
      for (const pair of [
        [0, 1],
        [1, 2],
        [0, 2],
      ]) {
        const [left, right] = (random.nextUniform() < 0.5 ? pair : pair.toReversed()) as [number, number];
        const u = random.nextUniform();
        const latent = strength(right) - strength(left) - advantage + Math.log(u / (1 - u));
        const size = thresholds.filter((threshold) => Math.abs(latent) > threshold).length;
        comparisons.push({
          caption: `c${caption}`,
          rater: `r${rater}`,
          left: names[left]!,
          right: names[right]!,
          grade: size === 0 ? 0 : Math.sign(latent) * size,
        });
      }
    }
  }
  return comparisons;
}
