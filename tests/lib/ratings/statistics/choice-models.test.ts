import { describe, expect, test } from "vitest";
import { type BestWorst, fitBestWorst } from "@/lib/ratings/statistics/best-worst";
import { fitPlackettLuce, type Ranking } from "@/lib/ratings/statistics/plackett-luce";
import { createRandom, type Random } from "@/lib/ratings/statistics/random";

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

describe("Plackett–Luce", () => {
  test("of rankings of two is Bradley–Terry", () => {
    const rankings = Array.from(
      { length: 30 },
      (_, i): Ranking => ({
        caption: `c${i % 6}`,
        rater: `r${i % 5}`,
        order: i < 20 ? ["b", "a"] : ["a", "b"],
      }),
    );
    expect(fitPlackettLuce(rankings, ["a", "b"], 0.95).strengths[1]!.value).toBeCloseTo(Math.log(20 / 10), 9);
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
    const { strengths: fitted, method } = fitPlackettLuce(rankings, arms, 0.95);
    expect(method).toBe("maximum-likelihood");
    fitted.forEach(({ value, standardError }, a) => {
      // Four standard errors, and these are small.
      expect(Math.abs(value - strengths[a]!)).toBeLessThan(4 * standardError + 1e-12);
      expect(standardError).toBeLessThan(0.06);
    });
  });

  test("an arm that is always first is finite by the prior", () => {
    const rankings = ["r1", "r2", "r3"].flatMap((rater): Ranking[] => [
      { caption: "c1", rater, order: ["a", "b", "c"] },
      { caption: "c2", rater, order: ["a", "c", "b"] },
    ]);
    const fit = fitPlackettLuce(rankings, ["a", "b", "c"], 0.95);
    expect(fit.method).toBe("weak-prior");
    expect(fit.strengths[1]!.value).toBeLessThan(-1);
    expect(fit.strengths[1]!.value).toBeGreaterThan(-10);
    expect(fit.strengths[2]!.value).toBeCloseTo(fit.strengths[1]!.value, 9);
  });

  test.each([[["a"]], [["a", "a"]], [["a", "z"]]])("refuses the ranking %j", (order) => {
    expect(() => fitPlackettLuce([{ caption: "c", rater: "r", order }], arms, 0.95)).toThrow(/Ranking 1/);
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
    fitBestWorst(answers, arms, 0.95).strengths.forEach(({ value, standardError }, a) => {
      expect(Math.abs(value - strengths[a]!)).toBeLessThan(4 * standardError + 1e-12);
      expect(standardError).toBeLessThan(0.06);
    });
  });

  test.each([
    { shown: ["a", "b"], best: "a", worst: "a" },
    { shown: ["a", "b"], best: "a", worst: "c" },
    { shown: ["a", "z"], best: "a", worst: "z" },
  ])("refuses %j", (answer) => {
    expect(() => fitBestWorst([{ caption: "c", rater: "r", ...answer }], arms, 0.95)).toThrow(/Answer 1/);
  });
});
