import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { computeStandings } from "@/lib/questions/answer-statistics";
import { type LikertAnswer, likertModel } from "@/lib/questions/likert/statistics";
import {
  type ArmEstimates,
  contrastReach,
  contrastSpread,
  contrastValue,
  differenceOf,
} from "@/lib/statistics/arm-estimates";
import { fitCumulativeLink } from "@/lib/statistics/cumulative-link";
import { meanScores, type Score } from "@/lib/statistics/likert";
import { createRandom } from "@/lib/statistics/random";
import { agreementUnder } from "@/lib/statistics/standings";
import { parseVotes } from "@/lib/votes/read/read-votes";
import { sharedPath } from "@/tests/shared";

type ScoreDesign = {
  strengths: number[];
  captions: number;
  raters: number;
  captionEffect: number;
  severity: number;
};

/**
 * Five-point scores under the cumulative link model, every rater scoring every arm for every caption. The caption
 * effect is an arm's own; severity is a rater's, the same for all arms.
 */
function simulateScores(
  { strengths, captions, raters, captionEffect, severity }: ScoreDesign,
  seed: number,
): Score[] {
  const random = createRandom(seed);
  const thresholds = [-2, -0.7, 0.6, 1.8];
  const effects = (count: number, deviation: number) =>
    Array.from({ length: count }, () => deviation * random.nextNormal());
  const captionEffects = strengths.map(() => effects(captions, captionEffect));
  const raterEffects = effects(raters, severity);
  const scores: Score[] = [];
  for (let c = 0; c < captions; c++) {
    for (let r = 0; r < raters; r++) {
      strengths.forEach((strength, a) => {
        const u = random.nextUniform();
        const latent = strength + captionEffects[a]![c]! + raterEffects[r]! + Math.log(u / (1 - u));
        const score = 1 + thresholds.filter((threshold) => latent > threshold).length;
        scores.push({ caption: `c${c}`, rater: `r${r}`, arm: `arm ${a}`, score });
      });
    }
  }
  return scores;
}

describe("mean scores", () => {
  test("are means, and a difference is the difference of means", () => {
    const scores: Score[] = [
      { caption: "c1", rater: "r1", arm: "a", score: 5 },
      { caption: "c1", rater: "r1", arm: "b", score: 2 },
      { caption: "c2", rater: "r2", arm: "a", score: 4 },
      { caption: "c2", rater: "r2", arm: "b", score: 2 },
    ];
    const estimates = meanScores(scores);
    expect(estimates.arms).toEqual(["a", "b"]);
    expect([...estimates.values]).toEqual([4.5, 2]);
    expect(contrastValue(estimates, differenceOf(0, 1))).toBe(2.5);
  });

  test("of raters who differ in severity have differences with less variance than the means", () => {
    const scores = simulateScores(
      { strengths: [0, 0.5], captions: 15, raters: 15, captionEffect: 0.2, severity: 1 },
      4,
    );
    const estimates = meanScores(scores);
    const difference = contrastSpread(estimates, differenceOf(0, 1)).standardError;
    expect(difference).toBeLessThan(contrastSpread(estimates, [{ arm: 0, weight: 1 }]).standardError);
  });

  test("have intervals that cover the truth in 95% of studies", () => {
    const design = { strengths: [0, 0.8], captions: 12, raters: 10, captionEffect: 0.7, severity: 0.7 };
    // Effects are symmetric, but the five points are not: the true difference is taken from a very large study.
    const first = differenceOf(0, 1);
    const differenceIn = (estimates: ArmEstimates) => contrastValue(estimates, first);
    const truth = differenceIn(meanScores(simulateScores({ ...design, captions: 700, raters: 60 }, 1)));
    let held = 0;
    for (let seed = 0; seed < 300; seed++) {
      const estimates = meanScores(simulateScores(design, 100 + seed));
      const reach = contrastReach(contrastSpread(estimates, first), 0.95);
      if (Math.abs(differenceIn(estimates) - truth) <= reach) held++;
    }
    // Binomial standard error 1.3%; the truth itself is known to about a tenth of an interval.
    expect(held / 300).toBeGreaterThan(0.91);
    expect(held / 300).toBeLessThan(0.99);
  });
});

describe("the cumulative link model", () => {
  test("of two levels is the difference of log odds", () => {
    const scores = (arm: string, ones: number, twos: number) =>
      Array.from(
        { length: ones + twos },
        (_, i): Score => ({
          caption: `c${i % 7}`,
          rater: `r${i % 5}`,
          arm,
          score: i < ones ? 1 : 2,
        }),
      );
    const fit = fitCumulativeLink([...scores("a", 30, 10), ...scores("b", 12, 28)], 0.95)!;
    expect(fit.strengths[1]!.value).toBeCloseTo(Math.log(28 / 12) - Math.log(10 / 30), 8);
    expect(fit.thresholds[0]!).toBeCloseTo(Math.log(30 / 10), 8);
  });

  test("recovers strengths and thresholds", () => {
    const fit = fitCumulativeLink(
      simulateScores(
        { strengths: [0, 0.5, -1], captions: 100, raters: 40, captionEffect: 0, severity: 0 },
        5,
      ),
      0.95,
    )!;
    // 4000 scores per arm: standard errors about 0.04.
    expect(fit.strengths.map(({ value }) => value)).toEqual([
      0,
      expect.closeTo(0.5, 0.5),
      expect.closeTo(-1, 0.5),
    ]);
    for (const [a, truth] of [0, 0.5, -1].entries()) {
      expect(Math.abs(fit.strengths[a]!.value - truth)).toBeLessThan(0.15);
    }
    for (const [k, truth] of [-2, -0.7, 0.6, 1.8].entries()) {
      expect(Math.abs(fit.thresholds[k]! - truth)).toBeLessThan(0.15);
    }
    expect(fit.method).toBe("maximum-likelihood");
  });

  test("an arm that always gets the top score has a finite strength due to the prior; a single level gives no model", () => {
    const scores: Score[] = Array.from({ length: 20 }, (_, i) => [
      { caption: `c${i}`, rater: "r", arm: "a", score: 1 + (i % 5) },
      { caption: `c${i}`, rater: "r", arm: "b", score: 5 },
    ]).flat();
    const fit = fitCumulativeLink(scores, 0.95)!;
    expect(fit.method).toBe("weak-prior");
    expect(fit.strengths[1]!.value).toBeGreaterThan(1);
    expect(fit.strengths[1]!.value).toBeLessThan(10);
    expect(
      fitCumulativeLink(
        scores.filter(({ score }) => score === 5),
        0.95,
      ),
    ).toBeNull();
  });
});

describe("published scores of five models (DSG, TIFA-160)", () => {
  const path = sharedPath("ratings/dsg-tifa160.csv");
  const expectedPath = sharedPath("ratings/dsg-tifa160.expected.json");
  const answers = path && expectedPath ? parseVotes(readFileSync(path), path).questions[0]!.answers : [];
  const expected = expectedPath ? JSON.parse(readFileSync(expectedPath, "utf8")) : {};
  const published = test.skipIf(answers.length === 0);

  published("have their means and counts, exactly", () => {
    expect(answers).toHaveLength(expected.rows);
    const arms = Object.keys(expected.mean);
    const { rows, raterCount, captionCount } = computeStandings("likert", answers, { arms, seed: 1 });
    expect([raterCount, captionCount]).toEqual([expected.raters, expected.captions]);
    for (const { arm, rating, num_battles } of rows) {
      expect(num_battles).toBe(expected.count[arm]);
      expect(Math.abs(rating! - expected.mean[arm])).toBeLessThan(1e-12);
    }
  });

  published.each(["nominal", "ordinal", "interval"] as const)("have their %s α", (level) => {
    const { value } = agreementUnder(likertModel, answers as readonly LikertAnswer[], level);
    expect(Math.abs(value! - expected.krippendorff_alpha[level])).toBeLessThan(1e-9);
  });

  published("have their proportional odds", () => {
    const { effect, thresholds, negative_log_likelihood } = expected.proportional_odds;
    const arms = ["mini-dalle", ...Object.keys(effect)];
    const scores = arms.flatMap((arm) =>
      answers.flatMap((answer): Score[] =>
        answer.type === "likert" && answer.shown[0] === arm
          ? [{ caption: answer.caption, rater: answer.rater, arm, score: answer.score }]
          : [],
      ),
    );
    const fit = fitCumulativeLink(scores, 0.95)!;
    for (const { arm, value } of fit.strengths.slice(1)) {
      expect(Math.abs(value - effect[arm])).toBeLessThan(1e-3);
    }
    fit.thresholds.forEach((threshold, k) => {
      expect(Math.abs(threshold - thresholds[k])).toBeLessThan(1e-3);
    });
    const relative = -fit.logLikelihood / negative_log_likelihood - 1;
    expect(Math.abs(relative)).toBeLessThan(1e-4);
  });
});
