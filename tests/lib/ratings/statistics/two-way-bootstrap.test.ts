import { describe, expect, test } from "vitest";
import { davidson } from "@/lib/ratings/statistics/davidson";
import { simulateVotes } from "@/lib/ratings/statistics/simulate-study";
import { twoWayBootstrap } from "@/lib/ratings/statistics/two-way-bootstrap";
import { toTwoWayClusters, twoWayVariance } from "@/lib/ratings/statistics/two-way-variance";

const study = {
  logStrength: [0, 0.6, 1.5],
  leftAdvantage: 0.1,
  tieParameter: 0.7,
  captions: 30,
  raters: 20,
  votesPerItem: 4,
  captionEffect: 0.4,
  raterEffect: 0.3,
  raterSideEffect: 0.2,
};
const options = { seed: 5, replicates: 200, coverage: 0.95 };
const strengthOfSecond = [({ logStrength }: { logStrength: Float64Array }) => logStrength[1]!];

describe("the two-way bootstrap", () => {
  test("is a function of votes and seed", () => {
    const table = simulateVotes(study, 1);
    const first = twoWayBootstrap(table, davidson, strengthOfSecond, options);
    expect(twoWayBootstrap(table, davidson, strengthOfSecond, options)).toEqual(first);
    expect(twoWayBootstrap(table, davidson, strengthOfSecond, { ...options, seed: 6 }).estimates).not.toEqual(
      first.estimates,
    );
  });

  test("holds the value inside the interval and widens with the coverage", () => {
    const table = simulateVotes(study, 2);
    const [narrow] = twoWayBootstrap(table, davidson, strengthOfSecond, {
      ...options,
      coverage: 0.5,
    }).estimates;
    const [wide] = twoWayBootstrap(table, davidson, strengthOfSecond, options).estimates;
    expect(wide!.low).toBeLessThan(narrow!.low);
    expect(narrow!.low).toBeLessThan(narrow!.value);
    expect(narrow!.value).toBeLessThan(narrow!.high);
    expect(narrow!.high).toBeLessThan(wide!.high);
  });

  test("estimates the variance between repeated studies", () => {
    const estimates: number[] = [];
    let variance = 0;
    const studies = 150;
    for (let seed = 0; seed < studies; seed++) {
      const { estimates: all } = twoWayBootstrap(simulateVotes(study, seed), davidson, strengthOfSecond, {
        ...options,
        replicates: 40,
      });
      estimates.push(all[0]!.value);
      variance += all[0]!.variance / studies;
    }
    const mean = estimates.reduce((sum, x) => sum + x, 0) / studies;
    const truth = estimates.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (studies - 1);
    // The variance of 150 studies has a relative error of 12%, and the estimate leans up by some 5 to 10%. Plain
    // resampling of votes gives 0.7 here, captions × raters weights about 2.
    expect(variance / truth).toBeGreaterThan(0.75);
    expect(variance / truth).toBeLessThan(1.45);
  });

  test("uses what repeats: with one rater only the captions are resampled", () => {
    const single = simulateVotes({ ...study, raters: 1, votesPerItem: 1 }, 3);
    expect(twoWayBootstrap(single, davidson, strengthOfSecond, options).basis).toBe("caption");
    const { captions, raters, caption, rater } = single;
    const transposed = { ...single, captions: raters, raters: captions, caption: rater, rater: caption };
    expect(twoWayBootstrap(transposed, davidson, strengthOfSecond, options).basis).toBe("rater");
  });
});

describe("the two-way variance", () => {
  test("is V_caption + V_rater - V_cell with the corrections for few clusters", () => {
    // Captions 0, 0, 1, 1 and raters 0, 1, 0, 1: every vote its own cell.
    const clusters = toTwoWayClusters(Int32Array.of(0, 0, 1, 1), Int32Array.of(0, 1, 0, 1), 2, 2);
    const contributions = Float64Array.of(3, 1, -2, -2);
    const caption = 2 * (4 ** 2 + 4 ** 2);
    const rater = 2 * (1 ** 2 + 1 ** 2);
    const cell = (4 / 3) * (9 + 1 + 4 + 4);
    expect(twoWayVariance(clusters, contributions)).toEqual({
      caption,
      rater,
      cell,
      total: caption + rater - cell < caption ? caption : 0,
    });
  });

  test("adds nothing where votes of one caption by one rater are the only repeats", () => {
    const clusters = toTwoWayClusters(Int32Array.of(0, 0, 1, 2), Int32Array.of(0, 0, 1, 2), 3, 3);
    const contributions = Float64Array.of(1, 1, -1, -1);
    const { caption, rater, cell, total } = twoWayVariance(clusters, contributions);
    expect(caption).toBe(rater);
    expect(cell).toBe(caption);
    expect(total).toBe(caption);
  });
});
