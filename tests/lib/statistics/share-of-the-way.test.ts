import { expect, it } from "vitest";
import { meanScores, type Score } from "@/lib/statistics/likert";
import { createRandom, type Random } from "@/lib/statistics/random";
import { sharesOfTheWay } from "@/lib/statistics/share-of-the-way";

const truth = { original: 2, tuned: 2.6, real: 4 };
const arms = ["original", "tuned", "real"] as const;
const [captions, raters] = [20, 12];

/** Scores of everybody for everything, with normal effects of captions and raters on each arm. */
function study(random: Random): Score[] {
  const effects = (count: number) => Array.from({ length: 3 * count }, () => 0.4 * random.nextNormal());
  const captionEffects = effects(captions);
  const raterEffects = effects(raters);
  return arms.flatMap((arm, a) =>
    Array.from({ length: captions * raters }, (_, i) => {
      const [caption, rater] = [i % captions, Math.floor(i / captions)];
      const score =
        truth[arm] +
        captionEffects[3 * caption + a]! +
        raterEffects[3 * rater + a]! +
        0.8 * random.nextNormal();
      return { caption: `c${caption}`, rater: `r${rater}`, arm, score };
    }),
  );
}

it("covers the truth in 95% of studies of scores", () => {
  const random = createRandom(5);
  const studies = 300;
  let held = 0;
  for (let count = 0; count < studies; count++) {
    const scores = study(random);
    const shares = sharesOfTheWay(meanScores(scores), { from: "original", to: "real" }, 0.95)!;
    expect(shares.map(({ arm }) => arm)).toEqual(["tuned"]);
    if (shares[0]!.low <= 0.3 && 0.3 <= shares[0]!.high) held++;
  }
  // 95% ± 2.6 standard errors.
  expect(held / studies).toBeGreaterThan(0.917);
  expect(held / studies).toBeLessThan(0.983);
});

it("is not given where an end of the way was never judged", () => {
  const scores = study(createRandom(1));
  const estimates = meanScores(scores);
  expect(sharesOfTheWay(estimates, { from: "original", to: "photographs" }, 0.95)).toBeNull();
});
