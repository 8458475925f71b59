import { describe, expect, test } from "vitest";
import { inceptionScoreWithInterval } from "@/lib/metrics/measures/inception-score";
import { neighbourhoodScores } from "@/lib/metrics/measures/precision-recall";

const line = (...points: number[]) => ({ count: points.length, dims: 1, values: new Float64Array(points) });
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("neighbourhood scores", () => {
  // On 0..5 the 5th neighbour is the farthest point: radii 5, 4, 3, 3, 4, 5.
  const real = line(0, 1, 2, 3, 4, 5);

  test("count who is in whose neighbourhood, strictly, at the 5th neighbour (clova)", async () => {
    const generated = line(2.5, 9, 10, 11, 12, 13);
    const { precision, recall, density, coverage } = await neighbourhoodScores(real, generated, "clova");
    expect(Array.from(precision)).toEqual([1, 1, 0, 0, 0, 0]);
    // 2.5 is in all six balls; 9 in the one of 5 (4 < 5), not in that of 4 (5 is not < 4); 10 is exactly 5 from 5.
    expect(density[0]).toBeCloseTo(6 / 5, 12);
    expect(density[1]).toBeCloseTo(1 / 5, 12);
    expect(density[2]).toBe(0);
    expect(Array.from(coverage)).toEqual([1, 1, 1, 1, 1, 1]);
    // Generated radii: 10.5 around 2.5 reaches every real point.
    expect(mean(recall)).toBe(1);
  });

  test("include the boundary at the 3rd neighbour (torch-fidelity)", async () => {
    // Radii of real at k = 3: 3, 2, 2, 2, 2, 3. The point 8 is exactly 3 from 5.
    const { precision, coverage } = await neighbourhoodScores(real, line(8, 20, 21, 22), "torch-fidelity");
    expect(Array.from(precision)).toEqual([1, 0, 0, 0]);
    expect(Array.from(coverage)).toEqual([0, 0, 0, 0, 0, 1]);
  });

  test("of a set with itself are full, of distant sets zero", async () => {
    const own = await neighbourhoodScores(real, real, "clova");
    expect([mean(own.precision), mean(own.recall), mean(own.coverage)]).toEqual([1, 1, 1]);
    const far = await neighbourhoodScores(real, line(100, 101, 102, 103, 104, 105), "clova");
    expect([mean(far.precision), mean(far.recall), mean(far.density), mean(far.coverage)]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  test("need more images than neighbours", async () => {
    await expect(neighbourhoodScores(line(1, 2, 3, 4, 5), real, "clova")).rejects.toThrow(
      /at least 6.*"real" has 5/,
    );
  });
});

describe("Inception score", () => {
  const rows = (...logits: number[][]) => ({
    count: logits.length,
    dims: logits[0]!.length,
    values: new Float64Array(logits.flat()),
  });

  test("is the number of classes for confident, evenly spread predictions, and 1 for equal ones", () => {
    expect(inceptionScoreWithInterval(rows([800, 0, 0], [0, 800, 0], [0, 0, 800])).value).toBeCloseTo(3, 12);
    expect(inceptionScoreWithInterval(rows([1, 2, 3], [1, 2, 3])).value).toBeCloseTo(1, 12);
  });

  test("is exp of the mutual information of a small table", () => {
    // p = (¾, ¼) and (¼, ¾): marginal ½, KL = ¾ ln 1.5 + ¼ ln 0.5.
    const [high, low] = [Math.log(3), 0];
    expect(inceptionScoreWithInterval(rows([high, low], [low, high])).value).toBeCloseTo(
      Math.exp(0.75 * Math.log(1.5) + 0.25 * Math.log(0.5)),
      12,
    );
  });
});
