import { describe, expect, test } from "vitest";
import { metricCorrelations } from "@/lib/statistics/metric-correlations";
import { createRandom } from "@/lib/statistics/random";

/** Items of captions that people and two metrics judge, each with its own noise; the second metric is the worse one. */
function simulate(captions: number, perCaption: number, seed: number) {
  const random = createRandom(seed);
  const caption: number[] = [];
  const people: number[] = [];
  const good: number[] = [];
  const poor: number[] = [];
  for (let c = 0; c < captions; c++) {
    const [ofCaption, ofMetrics] = [random.nextNormal(), random.nextNormal()];
    for (let k = 0; k < perCaption; k++) {
      const quality = ofCaption + random.nextNormal();
      caption.push(c);
      people.push(Math.round((quality + 0.5 * random.nextNormal()) * 2) / 2);
      good.push(quality + ofMetrics + random.nextNormal());
      poor.push(0.7 * quality + 0.5 * ofMetrics + 1.2 * random.nextNormal());
    }
  }
  return {
    caption: Int32Array.from(caption),
    captionCount: captions,
    people: Float64Array.from(people),
    metrics: new Map([
      ["good", Float64Array.from(good)],
      ["poor", Float64Array.from(poor)],
    ]),
  };
}

describe("correlations of metrics with people", () => {
  test("have the values of scipy 1.17 if people and metrics tie", () => {
    const { correlation } = metricCorrelations(
      {
        caption: Int32Array.from({ length: 10 }, (_, i) => i),
        captionCount: 10,
        people: Float64Array.of(1, 2, 2, 3, 4, 4, 4, 5, 5, 1.5),
        metrics: new Map([
          ["m", Float64Array.of(0.1, 0.4, 0.3, 0.3, 0.9, 0.2, 0.7, 0.7, 1, 0.3)],
          ["same", new Float64Array(10).fill(3)],
        ]),
      },
      0.95,
    );
    expect(correlation.get("m")!.spearman.value).toBeCloseTo(0.7178718658112118, 12);
    expect(correlation.get("m")!.kendall.value).toBeCloseTo(0.5926377579897537, 12);
    expect(correlation.get("same")!.kendall).toEqual({ value: null, low: null, high: null });
  });

  test("have intervals that cover the truth in 95% of studies of 15 captions, and so do their differences", () => {
    const truth = metricCorrelations(simulate(600, 5, 1), 0.95);
    const held = { spearman: 0, kendall: 0, difference: 0 };
    const studies = 300;
    for (let seed = 0; seed < studies; seed++) {
      const { correlation, differences } = metricCorrelations(simulate(15, 5, 100 + seed), 0.95);
      for (const kind of ["spearman", "kendall"] as const) {
        const { low, high } = correlation.get("good")![kind];
        const { value } = truth.correlation.get("good")![kind];
        if (low! <= value! && value! <= high!) held[kind]++;
      }
      const { low, high } = differences[0]!.spearman;
      const { value } = truth.differences[0]!.spearman;
      if (low! <= value! && value! <= high!) held.difference++;
    }
    // Binomial standard error 1.3%; the truth is known to about a tenth of an interval.
    for (const count of Object.values(held)) {
      expect(count / studies).toBeGreaterThan(0.91);
      expect(count / studies).toBeLessThan(0.99);
    }
  });

  test("of items in captions vary more than those of as many captions", () => {
    const items = simulate(60, 5, 3);
    const reach = ({ low, high }: { low: number | null; high: number | null }) => high! - low!;
    const clustered = metricCorrelations(items, 0.95).correlation.get("good")!;
    const alone = metricCorrelations(
      { ...items, caption: Int32Array.from(items.people, (_, i) => i), captionCount: items.people.length },
      0.95,
    ).correlation.get("good")!;
    expect(reach(clustered.spearman)).toBeGreaterThan(1.2 * reach(alone.spearman));
    expect(clustered.spearman.value).toBe(alone.spearman.value);
  });

  test("that are perfect are not certain, and few captions have no interval", () => {
    const ascending = Float64Array.from({ length: 9 }, (_, i) => i);
    const perfect = (captionCount: number) =>
      metricCorrelations(
        {
          caption: Int32Array.from({ length: 9 }, (_, i) => i % captionCount),
          captionCount,
          people: ascending,
          metrics: new Map([["m", ascending]]),
        },
        0.95,
      ).correlation.get("m")!;
    expect(perfect(9).spearman.value).toBe(1);
    expect(perfect(9).spearman.low).toBeLessThan(0.99);
    expect(perfect(9).kendall.high).toBeLessThanOrEqual(1);
    expect(perfect(7).spearman).toEqual({ value: 1, low: null, high: null });
  });
});
