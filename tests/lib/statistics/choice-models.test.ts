import { describe, expect, test } from "vitest";
import {
  type ArmEstimates,
  contrastSpread,
  contrastValue,
  differenceOf,
} from "@/lib/statistics/arm-estimates";
import { type BestWorst, fitBestWorst } from "@/lib/statistics/best-worst";
import { fitPlackettLuce, type Ranking } from "@/lib/statistics/plackett-luce";
import { createRandom, type Random } from "@/lib/statistics/random";

const arms = ["a", "b", "c", "d"];
const strengths = [0, 0.6, -0.8, 1.3];

/** A ranking by Plackett–Luce: sort by strength plus Gumbel noise (Yellott, 1977). */
function drawOrder(shown: readonly number[], random: Random): number[] {
  const noisy = shown.map((arm) => ({
    arm,
    key: strengths[arm]! - Math.log(-Math.log(1 - random.nextUniform())),
  }));
  return noisy.sort((x, y) => y.key - x.key).map(({ arm }) => arm);
}

/** Within four standard errors of the truth, and these are small. */
function expectStrengths(estimates: ArmEstimates) {
  strengths.forEach((strength, a) => {
    const difference = differenceOf(a, 0);
    const { standardError } = contrastSpread(estimates, difference);
    const error = contrastValue(estimates, difference) - strength;
    expect(Math.abs(error)).toBeLessThan(4 * standardError + 1e-12);
    expect(standardError).toBeLessThan(0.06);
  });
}

describe("Plackett–Luce", () => {
  test("of partial rankings gives the strengths of choix", () => {
    const orders = [
      ["a", "b", "c"],
      ["d", "c", "a"],
      ["b", "d"],
    ];
    const rankings = orders.map((order, i): Ranking => ({ caption: `c${i}`, rater: `r${i}`, order }));
    const { values } = fitPlackettLuce(rankings, arms).estimates;
    // choix's test case "rankings-2", which its own algorithms meet to four digits.
    const published = [-0.44328117, 0.69506219, -0.67061442, 0.4188334];
    published.forEach((value, arm) => {
      expect(values[arm]! - values[0]!).toBeCloseTo(value - published[0]!, 4);
    });
  });

  test("of more rankings than a call takes arguments", () => {
    const rankings = Array.from(
      { length: 150_000 },
      (_, i): Ranking => ({ caption: "c", rater: "r", order: i % 3 === 0 ? ["b", "a"] : ["a", "b"] }),
    );
    expect(fitPlackettLuce(rankings, ["a", "b"]).estimates.values[1]).toBeCloseTo(Math.log(1 / 2), 9);
  });

  test("of rankings of two is Bradley–Terry", () => {
    const rankings = Array.from(
      { length: 30 },
      (_, i): Ranking => ({
        caption: `c${i % 6}`,
        rater: `r${i % 5}`,
        order: i < 20 ? ["b", "a"] : ["a", "b"],
      }),
    );
    expect(fitPlackettLuce(rankings, ["a", "b"]).estimates.values[1]).toBeCloseTo(Math.log(20 / 10), 9);
  });

  test("recovers strengths from rankings of all and of some", () => {
    const random = createRandom(12);
    const rankings = Array.from({ length: 4000 }, (_, i): Ranking => {
      const shown = i % 2 === 0 ? [0, 1, 2, 3] : [i % 4, (i + 1) % 4, (i + 2) % 4];
      return {
        caption: `c${i % 100}`,
        rater: `r${i % 37}`,
        order: drawOrder(shown, random).map((arm) => arms[arm]!),
      };
    });
    const { estimates, method } = fitPlackettLuce(rankings, arms);
    expect(method).toBe("maximum-likelihood");
    expectStrengths(estimates);
  });

  test("an arm that is always first is finite by the prior", () => {
    const rankings = ["r1", "r2", "r3"].flatMap((rater): Ranking[] => [
      { caption: "c1", rater, order: ["a", "b", "c"] },
      { caption: "c2", rater, order: ["a", "c", "b"] },
    ]);
    const { method, estimates } = fitPlackettLuce(rankings, ["a", "b", "c"]);
    expect(method).toBe("weak-prior");
    expect(estimates.values[1]).toBeLessThan(-1);
    expect(estimates.values[1]).toBeGreaterThan(-10);
    expect(estimates.values[2]).toBeCloseTo(estimates.values[1]!, 9);
  });

  test.each([[["a"]], [["a", "a"]], [["a", "z"]]])("refuses the ranking %j", (order) => {
    expect(() => fitPlackettLuce([{ caption: "c", rater: "r", order }], arms)).toThrow(/Ranking 1/);
  });
});

describe("best-worst", () => {
  test("recovers strengths", () => {
    const random = createRandom(21);
    const answers = Array.from({ length: 3000 }, (_, i): BestWorst => {
      const shown = [0, 1, 2, 3].filter((arm) => i % 3 === 0 || arm !== i % 4);
      const pairs = shown.flatMap((best) =>
        shown.filter((worst) => worst !== best).map((worst) => ({ best, worst })),
      );
      const weights = pairs.map(({ best, worst }) => Math.exp(strengths[best]! - strengths[worst]!));
      let u = random.nextUniform() * weights.reduce((sum, weight) => sum + weight, 0);
      const at = weights.findIndex((weight) => {
        u -= weight;
        return u <= 0;
      });
      return {
        caption: `c${i % 80}`,
        rater: `r${i % 31}`,
        shown: shown.map((arm) => arms[arm]!),
        best: arms[pairs[at]!.best]!,
        worst: arms[pairs[at]!.worst]!,
      };
    });
    expectStrengths(fitBestWorst(answers, arms).estimates);
  });

  test.each([
    { shown: ["a", "b"], best: "a", worst: "a" },
    { shown: ["a", "b"], best: "a", worst: "c" },
    { shown: ["a", "z"], best: "a", worst: "z" },
  ])("refuses %j", (answer) => {
    expect(() => fitBestWorst([{ caption: "c", rater: "r", ...answer }], arms)).toThrow(/Answer 1/);
  });
});
