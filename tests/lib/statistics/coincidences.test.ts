import { expect, test } from "vitest";
import { Coincidences, countedRatings, type MeasurementLevel } from "@/lib/statistics/coincidences";
import { createRandom } from "@/lib/statistics/random";

/** Units of two to four ratings from 1 to 4. */
function units(count: number): number[][] {
  const random = createRandom(11);
  return Array.from({ length: count }, () => {
    const own = random.nextInt(4);
    return Array.from({ length: 2 + random.nextInt(3) }, () =>
      random.nextInt(3) > 0 ? own : random.nextInt(4),
    );
  });
}

function coincidencesOf(all: readonly number[][], level: MeasurementLevel, exchange?: readonly number[]) {
  const unit = Int32Array.from(all.flatMap((own, u) => own.map(() => u)));
  const columns = countedRatings({
    unit,
    value: Int32Array.from(all.flat()),
    cluster: unit,
    rater: unit.map((own, i) => (own + i) % 7),
    values: [1, 2, 3, 4],
  });
  const coincidences = new Coincidences(columns, level, exchange);
  coincidences.addAll();
  return { coincidences, columns };
}

test.each([
  ["nominal", undefined],
  ["nominal", [1, 0, 2, 3]],
  ["ordinal", undefined],
  ["interval", undefined],
] as [MeasurementLevel, number[] | undefined][])(
  "%s influences of pairs (exchanged: %j) are what one more unit like theirs does to log(1 - α)",
  (level, exchange) => {
    const all = units(600);
    const { coincidences, columns } = coincidencesOf(all, level, exchange);
    const ofUnit = new Float64Array(all.length);
    const parts = new Float64Array(all.length);
    coincidences.eachPair((i, _, part, influence) => {
      ofUnit[columns.unit[i]!]! += influence;
      parts[columns.unit[i]!]! += part;
    });
    const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
    expect(total(parts)).toBeCloseTo(1, 9);
    expect(total(ofUnit)).toBeCloseTo(0, 7);
    const scale = (own: readonly number[][]) =>
      Math.log(1 - coincidencesOf(own, level, exchange).coincidences.alpha()!);
    const largest = Math.max(...ofUnit.map(Math.abs));
    for (const u of [0, 5, 17, 101, 333]) {
      // The sum of two: one more and one less, so that curvature cancels.
      const more = scale([...all, all[u]!]);
      const less = scale(all.filter((_, v) => v !== u));
      expect(Math.abs((more - less) / 2 - ofUnit[u]!)).toBeLessThan(0.02 * largest);
    }
  },
);

test.each(["nominal", "ordinal", "interval"] as const)(
  "%s α is never below the least that ratings allow",
  (level) => {
    const opposed = Array.from({ length: 50 }, () => [0, 3]);
    const { coincidences } = coincidencesOf(opposed, level);
    expect(coincidences.alpha()!).toBeCloseTo(coincidences.leastAlpha(), 9);
    const { coincidences: usual } = coincidencesOf(units(50), level);
    expect(usual.leastAlpha()).toBeLessThan(usual.alpha()!);
  },
);
