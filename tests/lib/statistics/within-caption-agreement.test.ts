import { describe, expect, it } from "vitest";
import { createRandom } from "@/lib/statistics/random";
import type { Vote } from "@/lib/statistics/vote";
import { withinCaptionAgreement } from "@/lib/statistics/within-caption-agreement";

const options = { seed: 1, coverage: 0.95, splits: 20 };

const vote = (caption: string, rater: string, better: string, worse: string): Vote => ({
  caption,
  rater,
  left: better,
  right: worse,
  winner: "left",
});

type Design = {
  captions: number;
  raters: number;
  ratersPerPair: number;
  taste: number;
  noise: number;
  level: number;
};

/**
 * Three arms a caption. People see an image's quality with their own taste for each arm and noise in each answer;
 * the metric sees it with noise, and captions are of different levels, which is nothing to people.
 */
function simulate(seed: number, { captions, raters, ratersPerPair, taste, noise, level }: Design) {
  const random = createRandom(seed);
  const arms = ["a", "b", "c"];
  const tastes = Array.from({ length: raters }, () => arms.map(() => taste * random.nextNormal()));
  const votes: Vote[] = [];
  const values = new Map<string, number>();
  for (let c = 0; c < captions; c++) {
    const caption = String(c);
    const quality = arms.map((_, arm) => random.nextNormal() + 0.3 * arm);
    const ofCaption = level * random.nextNormal();
    arms.forEach((arm, i) => {
      values.set(`${caption} ${arm}`, quality[i]! + noise * random.nextNormal() + ofCaption);
    });
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      for (let r = 0; r < ratersPerPair; r++) {
        const rater = (c * ratersPerPair + r) % raters;
        const seen = (arm: number) => quality[arm]! + tastes[rater]![arm]! + random.nextNormal();
        const [better, worse] = seen(i) > seen(j) ? [i, j] : [j, i];
        votes.push(vote(caption, String(rater), arms[better]!, arms[worse]!));
      }
    }
  }
  return { votes, metricValue: (caption: string, arm: string) => values.get(`${caption} ${arm}`) };
}

describe("withinCaptionAgreement", () => {
  it("is the share of pairs that metric and most raters order alike", () => {
    const votes = [
      vote("one", "r1", "a", "b"),
      vote("one", "r2", "a", "b"),
      vote("one", "r3", "b", "a"),
      vote("two", "r1", "b", "a"),
      // As many for the one as for the other: left out.
      vote("three", "r1", "a", "b"),
      vote("three", "r2", "b", "a"),
      // The metric says nothing: half.
      vote("four", "r1", "b", "a"),
      // A photograph has no value, and "both bad" takes no side.
      vote("four", "r1", "real", "a"),
      { caption: "five", rater: "r1", left: "a", right: "b", winner: "both_bad" } as const,
    ];
    const metricValue = (caption: string, arm: string) =>
      arm === "real" ? undefined : caption === "four" ? 7 : arm === "a" ? 2 : 1;
    const result = withinCaptionAgreement(votes, metricValue, options)!;
    expect(result).toMatchObject({ pairs: 3, captions: 3, raters: 3, tiedByPeople: 1, tiedByMetric: 1 });
    expect(result.value).toBeCloseTo((1 + 0 + 0.5) / 3, 12);
    expect(result.people!.pairs).toBe(2);
  });

  it("does not depend on captions' levels, unlike the pooled correlation", () => {
    const design = { captions: 60, raters: 10, ratersPerPair: 3, taste: 0, noise: 0.5, level: 0 };
    const flat = simulate(4, design);
    const uneven = simulate(4, { ...design, level: 5 });
    const value = withinCaptionAgreement(flat.votes, flat.metricValue, options)!.value;
    expect(value).toBeGreaterThan(0.7);
    expect(withinCaptionAgreement(uneven.votes, uneven.metricValue, options)!.value).toBe(value);
  });

  it.each([
    { captions: 40, raters: 12, ratersPerPair: 3, taste: 0, noise: 1, level: 1 },
    { captions: 40, raters: 5, ratersPerPair: 3, taste: 0.8, noise: 1, level: 1 },
    { captions: 12, raters: 12, ratersPerPair: 3, taste: 0.5, noise: 0.5, level: 1 },
    // Raters are most of the variance, and there are three of them.
    { captions: 100, raters: 3, ratersPerPair: 1, taste: 1, noise: 0.5, level: 1 },
  ])("has an interval that holds what many studies give: %o", (design) => {
    const studies = Array.from({ length: 300 }, (_, seed) => {
      const { votes, metricValue } = simulate(seed, design);
      return withinCaptionAgreement(votes, metricValue, { ...options, splits: 0 })!;
    });
    const truth = studies.reduce((sum, { value }) => sum + value, 0) / studies.length;
    const held = studies.filter(({ low, high }) => low! <= truth && truth <= high!).length / studies.length;
    // 95% is known to ±1.3% from 300 studies.
    expect(held).toBeGreaterThan(0.92);
    expect(held).toBeLessThan(0.99);
  });

  it("is compared with people's agreement: a metric as good as half the raters reaches it", () => {
    const { votes, metricValue } = simulate(9, {
      captions: 200,
      raters: 20,
      ratersPerPair: 4,
      taste: 0,
      noise: 0,
      level: 0,
    });
    const { value, people } = withinCaptionAgreement(votes, metricValue, { ...options, splits: 50 })!;
    // The true quality is nearer to either half than the halves are to each other, and nearer still to all raters.
    expect(people!.metric).toBeGreaterThan(people!.value);
    expect(value).toBeGreaterThan(people!.metric);
    expect(people!.value).toBeGreaterThan(0.6);
  });

  it("has no interval for one caption, no agreement of people for one rater, and nothing without pairs", () => {
    const votes = [vote("one", "r1", "a", "b"), vote("one", "r1", "a", "c")];
    const metricValue = (_: string, arm: string) => ({ a: 2, b: 1, c: 3 })[arm];
    expect(withinCaptionAgreement(votes, metricValue, options)).toMatchObject({
      value: 0.5,
      low: null,
      high: null,
      people: null,
    });
    expect(withinCaptionAgreement(votes, () => undefined, options)).toBeNull();
  });

  it("does not claim certainty if all pairs are ordered alike", () => {
    const votes = Array.from({ length: 10 }, (_, c) => vote(String(c), `r${c % 3}`, "a", "b"));
    const { value, low, high } = withinCaptionAgreement(votes, (_, arm) => (arm === "a" ? 1 : 0), options)!;
    expect([value, high]).toEqual([1, 1]);
    expect(low!).toBeLessThan(0.75);
  });
});
