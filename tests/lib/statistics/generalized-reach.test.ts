import { describe, expect, it } from "vitest";
import { studentTQuantile } from "@/lib/numerics/distributions";
import { generalizedReach } from "@/lib/statistics/generalized-reach";
import { createRandom } from "@/lib/statistics/random";

describe("the generalised reach", () => {
  it.each([1, 1.4, 2, 4.5, 30, 200])(
    "is Student's where one part alone varies, with %d degrees",
    (degrees) => {
      const none = { square: 0, degrees: 5, noise: 0 };
      const expected = 3 * studentTQuantile(0.975, degrees);
      const ratio = generalizedReach({ square: 9, degrees }, none, 0.95) / expected;
      expect(Math.abs(ratio - 1)).toBeLessThan(0.005);
      const other =
        generalizedReach({ square: 0, degrees: 9 }, { square: 9, degrees, noise: 0 }, 0.95) / expected;
      expect(Math.abs(other - 1)).toBeLessThan(0.005);
    },
  );

  it("subtracts noise, and is zero without variance", () => {
    const first = { square: 1, degrees: 60 };
    const reach = (noise: number) => generalizedReach(first, { square: 2, degrees: 4, noise }, 0.95);
    expect(reach(1)).toBeLessThan(reach(0));
    expect(reach(1e9)).toBeCloseTo(generalizedReach(first, { square: 0, degrees: 4, noise: 0 }, 0.95), 5);
    expect(generalizedReach({ square: 0, degrees: 3 }, { square: 0, degrees: 3, noise: 1 }, 0.95)).toBe(0);
  });

  it.each([0.5, 3])(
    "keeps its coverage for a second part of %d beside a first of 1, known with 4 degrees",
    (second) => {
      const random = createRandom(3);
      const meanSquare = (degrees: number) =>
        Array.from({ length: degrees }, () => random.nextNormal() ** 2).reduce((a, b) => a + b, 0) / degrees;
      const studies = 150;
      let held = 0;
      for (let study = 0; study < studies; study++) {
        const deviation = Math.sqrt(1 + second) * random.nextNormal();
        const found = { square: (1 + second) * meanSquare(4), degrees: 4, noise: 1 };
        if (Math.abs(deviation) <= generalizedReach({ square: meanSquare(50), degrees: 50 }, found, 0.95))
          held++;
      }
      // 95% ± 2.6 standard errors.
      expect(held / studies).toBeGreaterThan(0.904);
      expect(held / studies).toBeLessThan(0.996);
    },
  );
});
