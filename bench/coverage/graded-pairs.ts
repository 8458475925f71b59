/** Comparisons in seven steps: differences, ratings' intervals, agreement and the gap closed. */
import { computeStandings } from "@/lib/questions/answer-statistics";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { createRandom } from "@/lib/statistics/random";
import { isInSet } from "@/lib/statistics/share-of-the-way";
import { countDifferences } from "./choices";
import { covers } from "./claims";
import type { Design, Subject } from "./subject";
import { assignments, type World, wordsOf, worlds } from "./worlds";

const strengths = [0, 0.4, 1.2];
/** Latent preferences up to the first are called equal, up to the second slightly better, and so on. */
const thresholds = [0.4, 1.3, 2.6];
const leftAdvantage = 0.15;

export const gradedPairs: Subject = {
  name: "graded-pairs",
  title: "Comparisons in seven steps",
  designs: Object.entries(worlds).map(([name, world]) => designOf(name, world)),
};

/** Answers of the cumulative logit model with effects on strengths. Sides alternate within every item. */
export function simulateGradedPairs(world: World, logStrength: readonly number[], seed: number): ArmAnswer[] {
  const armCount = logStrength.length;
  const pairs = logStrength.flatMap((_, first) =>
    logStrength.slice(first + 1).map((__, offset) => [first, first + 1 + offset] as const),
  );
  const { item, rater } = assignments(world, world.captions * pairs.length, seed);
  const random = createRandom(8_000_000 + seed);
  const normals = (count: number, deviation: number) =>
    Float64Array.from({ length: count }, () => deviation * random.nextNormal());
  const ofCaption = normals(world.captions * armCount, world.captionEffect);
  const taste = normals(world.raters * armCount, world.taste);
  const seen = new Map<number, number>();
  return Array.from(item, (index, i): ArmAnswer => {
    const turn = seen.get(index) ?? random.nextInt(2);
    seen.set(index, turn + 1);
    const [first, second] = pairs[index % pairs.length]!;
    const [left, right] = turn % 2 === 0 ? [first, second] : [second, first];
    const caption = Math.floor(index / pairs.length);
    const own = rater[i]!;
    const strength = (arm: number) =>
      logStrength[arm]! + ofCaption[caption * armCount + arm]! + taste[own * armCount + arm]!;
    const u = random.nextUniform();
    const preference = strength(right) - strength(left) - leftAdvantage + Math.log(u / (1 - u));
    const size = thresholds.filter((threshold) => Math.abs(preference) > threshold).length;
    return {
      type: "graded-pair",
      caption: `c${caption}`,
      rater: `r${own}`,
      shown: [`arm ${left + 1}`, `arm ${right + 1}`],
      grade: size === 0 ? 0 : Math.sign(preference) * size,
    };
  });
}

function designOf(name: string, world: World): Design {
  const arms = strengths.map((_, arm) => `arm ${arm + 1}`);
  return {
    name,
    description: `${wordsOf(world)}; log strengths ${strengths.join(", ")}, advantage of the left side ${leftAdvantage}`,
    studies: 1000,
    prepare() {
      // What the model makes of endless captions and raters has no closed form: taken from very many of both.
      const large = { ...world, captions: 10_000, raters: 3000, votesPerItem: 2, unevenness: 0 };
      const truth = computeStandings("graded-pair", simulateGradedPairs(large, strengths, 97), {
        arms,
        seed: 1,
      });
      const ratings = arms.map((arm) => truth.rows.find((row) => row.arm === arm)!.rating!);
      return (seed, tallies) => {
        const standings = computeStandings(
          "graded-pair",
          simulateGradedPairs(world, strengths, 1000 + seed),
          {
            arms,
            seed: 1,
            way: { from: arms[0]!, to: arms.at(-1)! },
          },
        );
        countDifferences(standings, ratings, tallies);
        const { low, high } = standings.krippendorffAlpha;
        tallies.interval("α", truth.krippendorffAlpha.value!, low, high);
        const second = standings.shareOfTheWay.find(({ arm }) => arm === arms[1]);
        const truthOfSecond = (ratings[1]! - ratings[0]!) / (ratings.at(-1)! - ratings[0]!);
        if (second) tallies.event("gap closed", isInSet(second, truthOfSecond), covers);
      };
    },
  };
}
