import { describe, expect, test } from "vitest";
import { groundingScore, rankAgreement, weightAgreement } from "@/lib/metrics/grounding/agreement";

/** Expected values: the paper's formulas in a few lines of NumPy, float64. */
const cases = [
  {
    reference: [0.31, 0.12, 0.25, 0.18],
    candidate: [0.2, 0.22, 0.1, 0.15],
    rank: 0.6816237802232233,
    weight: 0.4003052119368731,
  },
  {
    reference: [0.3, -0.1, 0.2],
    candidate: [0.9, 0.5, 0.1],
    rank: 0.9333440848915143,
    weight: 0.8097487755978652,
  },
];

describe("grounding vectors", () => {
  test.each(cases)("agree as NumPy says: $candidate", ({ reference, candidate, rank, weight }) => {
    expect(rankAgreement(reference, candidate)).toBeCloseTo(rank, 12);
    expect(weightAgreement(reference, candidate)).toBeCloseTo(weight, 12);
    expect(groundingScore(reference, candidate)).toBeCloseTo((rank + weight) / 2, 12);
  });

  test("that are equal score 0.75, by definition of the weights' agreement", () => {
    expect(groundingScore([0.2, 0.4, 0.1], [0.2, 0.4, 0.1])).toBe(0.75);
  });

  test("give numbers even without an order or a length", () => {
    expect(rankAgreement([0.2, 0.2], [0.1, 0.3])).toBe(1);
    expect(rankAgreement([0.2], [0.1])).toBe(1);
    expect(weightAgreement([0, 0], [0.1, 0.1])).toBe(0.5);
  });
});
