/** Rankings and best-worst answers: differences, ratings' intervals, win rates and agreement. */
import { computeStandings, type Standings } from "@/lib/questions/answer-statistics";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { expectedWinRate } from "@/lib/statistics/expected-shares";
import { createRandom, type Random } from "@/lib/statistics/random";
import { isInSet } from "@/lib/statistics/share-of-the-way";
import { covers, coversAtLeast, type Tallies } from "./claims";
import type { Design, Subject } from "./subject";
import { assignments, type World, wordsOf, worlds } from "./worlds";

type ChoiceType = "ranking" | "best-worst";
const strengths = [0, 0.4, 0.8, 1.6];

export const rankings: Subject = {
  name: "rankings",
  title: "Rankings of four",
  designs: Object.entries(worlds).map(([name, world]) => designOf("ranking", name, world)),
};

export const bestWorst: Subject = {
  name: "best-worst",
  title: "Best and worst of four",
  designs: Object.entries(worlds).map(([name, world]) => designOf("best-worst", name, world)),
};

/** Plackett and Luce's rankings, or best and worst under the maximum difference model, with effects on strengths. */
export function simulateChoices(
  type: ChoiceType,
  world: World,
  logStrength: readonly number[],
  seed: number,
): ArmAnswer[] {
  const armCount = logStrength.length;
  const { item, rater } = assignments(world, world.captions, seed);
  const random = createRandom(6_000_000 + seed);
  const normals = (count: number, deviation: number) =>
    Float64Array.from({ length: count }, () => deviation * random.nextNormal());
  const ofCaption = normals(world.captions * armCount, world.captionEffect);
  const taste = normals(world.raters * armCount, world.taste);
  const names = logStrength.map((_, arm) => `arm ${arm + 1}`);
  return Array.from(item, (caption, i): ArmAnswer => {
    const own = rater[i]!;
    const values = logStrength.map(
      (strength, arm) => strength + ofCaption[caption * armCount + arm]! + taste[own * armCount + arm]!,
    );
    const base = { caption: `c${caption}`, rater: `r${own}`, shown: names };
    if (type === "ranking") {
      const noisy = values.map((value) => value - Math.log(-Math.log(random.nextUniform())));
      const order = [...names.keys()].sort((a, b) => noisy[b]! - noisy[a]!).map((arm) => names[arm]!);
      return { ...base, type, order };
    }
    const [best, worst] = drawPair(values, random);
    return { ...base, type, best: names[best]!, worst: names[worst]! };
  });
}

function drawPair(values: readonly number[], random: Random): [number, number] {
  const weight = (best: number, worst: number) =>
    best === worst ? 0 : Math.exp(values[best]! - values[worst]!);
  let total = 0;
  for (const best of values.keys()) for (const worst of values.keys()) total += weight(best, worst);
  let left = random.nextUniform() * total;
  for (const best of values.keys()) {
    for (const worst of values.keys()) {
      left -= weight(best, worst);
      if (left < 0) return [best, worst];
    }
  }
  return [0, 1];
}

function designOf(type: ChoiceType, name: string, world: World): Design {
  const arms = strengths.map((_, arm) => `arm ${arm + 1}`);
  return {
    name,
    description: `${wordsOf(world)}; log strengths ${strengths.join(", ")}`,
    studies: 1000,
    prepare() {
      // What the model makes of endless captions and raters has no closed form: taken from very many of both.
      const large = { ...world, captions: 15_000, raters: 3000, votesPerItem: 3, unevenness: 0 };
      const truth = computeStandings(type, simulateChoices(type, large, strengths, 97), { arms, seed: 1 });
      const ratings = arms.map((arm) => truth.rows.find((row) => row.arm === arm)!.rating!);
      return (seed, tallies) => {
        const answers = simulateChoices(type, world, strengths, 1000 + seed);
        const way = { from: arms[0]!, to: arms.at(-1)! };
        const standings = computeStandings(type, answers, { arms, seed: 1, way });
        countDifferences(standings, ratings, tallies);
        const { low, high } = standings.krippendorffAlpha;
        tallies.interval("α, ordinal", truth.krippendorffAlpha.value!, low, high);
        if (type === "ranking") countCells(standings, world, tallies);
        const second = standings.shareOfTheWay.find(({ arm }) => arm === arms[1]);
        const truthOfSecond = (ratings[1]! - ratings[0]!) / (ratings.at(-1)! - ratings[0]!);
        if (second) tallies.event("gap closed", isInSet(second, truthOfSecond), covers);
      };
    },
  };
}

export function countDifferences(
  { arms, rows, differences }: Standings,
  ratings: readonly number[],
  tallies: Tallies,
): void {
  const rowOf = (arm: string) => rows.find((row) => row.arm === arm)!;
  const truthOf = (first: string, second: string) =>
    ratings[arms.indexOf(first)]! - ratings[arms.indexOf(second)]!;
  const compared = differences.filter(({ low }) => low !== null);
  tallies.intervals(
    "differences",
    compared.map(({ first, second, low, high }) => ({
      truth: truthOf(first, second),
      low: low!,
      high: high!,
    })),
  );
  tallies.intervals(
    "two ratings' intervals",
    compared.map(({ first, second }) => {
      const [a, b] = [rowOf(first), rowOf(second)];
      const reach = Math.hypot(a.rating_q975! - a.rating!, b.rating_q975! - b.rating!);
      const value = a.rating! - b.rating!;
      return { truth: truthOf(first, second), low: value - reach, high: value + reach };
    }),
  );
}

/** Of a Plackett–Luce ranking, any two of its arms are a pair of the Bradley–Terry model. */
function countCells({ winMatrix }: Standings, world: World, tallies: Tallies): void {
  const study = {
    logStrength: strengths,
    captionEffect: world.captionEffect,
    raterEffect: world.taste,
    raterSideEffect: 0,
    leftAdvantage: 0,
    tieParameter: 0,
  };
  const holds = winMatrix.every((row, i) =>
    row.every((cell, j) => {
      if (!cell || cell.low === null || cell.high === null) return true;
      const truth = expectedWinRate(study, i, j);
      return cell.low <= truth && truth <= cell.high;
    }),
  );
  tallies.event("win rates, all cells at once", holds, coversAtLeast);
}
