/** Too fast: as the prediction interval says for each number of suspects, in studies of any size. */
import { describe, expect, it } from "vitest";
import { studentTQuantile } from "@/lib/numerics/distributions";
import { median } from "@/lib/numerics/quantiles";
import { fastRaters } from "@/lib/statistics/fast-raters";
import { createRandom } from "@/lib/statistics/random";

const random = createRandom(11);
/** Times of careful raters, log normal around 4 s, then of hasty ones. */
const timesOf = (careful: number, hasty: number) => [
  ...Array.from({ length: careful }, () => 4000 * Math.exp(0.5 * random.nextNormal())),
  ...Array.from({ length: hasty }, () => 450 + 900 * random.nextUniform()),
];

/** How many are flagged, all sums anew for each number of suspects. */
function countOutliers(medianMs: readonly number[], level: number): number {
  const logs = medianMs.map(Math.log).sort((a, b) => a - b);
  for (let k = Math.floor(logs.length / 3); k >= 1; k--) {
    const slower = logs.slice(k);
    const n = slower.length;
    const mean = slower.reduce((sum, log) => sum + log, 0) / n;
    const deviation = Math.sqrt(slower.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1));
    const lowest = mean - studentTQuantile(1 - level, n - 1) * deviation * Math.sqrt(1 + 1 / n);
    if (logs[k - 1]! < Math.min(lowest, median(slower) + Math.log(1 / 3))) return k;
  }
  return 0;
}

describe("fast raters", () => {
  it("are those below the prediction interval of the slower ones", () => {
    const found = Array.from({ length: 300 }, () => {
      const times = timesOf(3 + random.nextInt(40), random.nextInt(8));
      const level = 0.01 / times.length;
      const fast = fastRaters(times, level);
      const slowestFast = Math.max(...times.filter((_, rater) => fast[rater]));
      expect(fast).toEqual(times.map((ms) => ms <= slowestFast));
      const count = fast.filter(Boolean).length;
      expect(count).toBe(countOutliers(times, level));
      return count;
    });
    expect(new Set(found).size).toBeGreaterThan(4);
  });

  it("are found among 400,000, of whom none is fast, without going through all for each suspect", () => {
    const times = Array.from({ length: 400_000 }, (_, rater) => 3000 + (rater % 2000));
    expect(fastRaters(times, 1e-8)).not.toContain(true);
  });
});
