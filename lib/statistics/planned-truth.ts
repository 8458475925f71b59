/** The true strengths from which a planned study is simulated: those that give the stated shares of answers. */
import { SemblanceError } from "@/lib/errors";
import { expectedNeitherShare, expectedTieShare, expectedWinRate } from "./expected-shares";
import type { SimulatedStudy } from "./simulate-study";

export type PlannedShares = {
  /** Share of comparisons that the better of two neighbouring arms wins, ties counting half; in (0, 1). */
  readonly winRate: number;
  /** Share of ties among comparisons of equally good arms, "neither" left out; in [0, 1). */
  readonly tieShare: number;
  /** Share of "neither" among answers about equally good arms; in [0, 1). */
  readonly neitherShare: number;
};

type Effects = Pick<SimulatedStudy, "raterEffect" | "raterSideEffect"> & {
  readonly captionEffect: number;
  readonly raterBarEffect: number;
};

/** Any study separates log strengths that differ by more than this. */
const widestDifference = 12;

/**
 * Strengths of `arms` arms, equally far apart, the first the weakest. Shares are those over captions and raters with
 * their effects: those of one caption and one rater are further from 1/2, so a win rate is not its own log odds.
 * The shares hold for the first two arms; of ties and "neither" for arms as good as the mean of these two.
 *
 * @throws SemblanceError `invalid_input` for shares out of range, or a win rate that no difference gives
 */
export function plannedTruth(
  arms: number,
  effects: Effects,
  { winRate, tieShare, neitherShare }: PlannedShares,
): Omit<SimulatedStudy, "captions" | "raters" | "votesPerItem"> {
  checkShares({ winRate, tieShare, neitherShare });
  const base = { logStrength: [0, 0], ...effects, leftAdvantage: 0, tieParameter: 0, bar: null };
  const bar =
    neitherShare === 0
      ? null
      : solve((own) => expectedNeitherShare({ ...base, bar: own }, 0, 1) - neitherShare, -30, 30);
  const tieParameter =
    tieShare === 0
      ? 0
      : Math.exp(
          solve(
            (log) => expectedTieShare({ ...base, bar, tieParameter: Math.exp(log) }, 0, 1) - tieShare,
            -15,
            15,
          ),
        );
  const truth = { ...base, bar, tieParameter };
  const excess = (difference: number) =>
    expectedWinRate({ ...truth, logStrength: [-difference / 2, difference / 2] }, 1, 0) - winRate;
  if (excess(-widestDifference) * excess(widestDifference) > 0) {
    throw new SemblanceError(
      "invalid_input",
      `No difference gives a win rate of ${Math.round(100 * winRate)}% if so many answers are ties or captions and raters differ so much.`,
      { remedy: "Plan for a smaller win rate, fewer ties or smaller effects." },
    );
  }
  const difference = solve(excess, -widestDifference, widestDifference);
  return {
    ...truth,
    logStrength: Array.from({ length: arms }, (_, arm) => (arm - 0.5) * difference),
  };
}

function checkShares({ winRate, tieShare, neitherShare }: PlannedShares): void {
  for (const [name, value, isRight] of [
    ["The win rate", winRate, winRate > 0 && winRate < 1],
    ["The share of ties", tieShare, tieShare >= 0 && tieShare < 1],
    ["The share of “neither”", neitherShare, neitherShare >= 0 && neitherShare < 1],
  ] as const) {
    if (!isRight)
      throw new SemblanceError("invalid_input", `${name} must lie between 0 and 1, not ${value}.`);
  }
}

/** Zero of an increasing function between `low` and `high`, to 1e-7, by the Illinois method. */
function solve(f: (x: number) => number, low: number, high: number): number {
  let [fLow, fHigh] = [f(low), f(high)];
  for (let iteration = 0; iteration < 100 && high - low > 1e-7; iteration++) {
    const x = (low * fHigh - high * fLow) / (fHigh - fLow);
    // If the secant stays at one end of the bracket, halve instead.
    const at = x > low && x < high && iteration % 4 !== 3 ? x : (low + high) / 2;
    const value = f(at);
    if (Math.abs(value) < 1e-7) return at;
    if (value < 0) {
      [low, fLow] = [at, value];
      fHigh /= 2;
    } else {
      [high, fHigh] = [at, value];
      fLow /= 2;
    }
  }
  return (low + high) / 2;
}
