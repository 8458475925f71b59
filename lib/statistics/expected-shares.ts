/** The average answers of a simulated study: the true values that its intervals should cover. */
import { davidson, outcomeProbabilities } from "./davidson";
import type { PairwiseParameters } from "./pairwise-model";
import { captionEffectOf, failProbability, type SimulatedStudy } from "./simulate-study";

type Truth = Omit<SimulatedStudy, "captions" | "raters" | "votesPerItem" | "loads" | "opponents">;

/** Share of a normal distribution's width that is left out at either end is below 1e-7. */
const widest = 5.25;

/**
 * Shares of the answers left, right, tie and "neither" (in this order, summing to 1) when arm `left` is on the left
 * of arm `right`, over infinitely many captions and raters.
 */
export function expectedShares(study: Truth, left: number, right: number): Float64Array {
  const { logStrength, raterEffect, raterSideEffect, raterBarEffect = 0, leftAdvantage } = study;
  const bar = study.bar ?? null;
  const logTie = Math.log(study.tieParameter);
  const deviation = (arm: number) => Math.hypot(captionEffectOf(study, arm), raterEffect);
  const shares = new Float64Array(4);
  const p = new Float64Array(3);
  const bars = pointsOf(raterBarEffect);
  const sides = pointsOf(raterSideEffect);
  const add = (ofLeft: number, ofRight: number, weight: number) => {
    let neither = 0;
    if (bar !== null) {
      for (const b of bars) {
        neither += b.weight * failProbability(ofLeft, bar + b.x) * failProbability(ofRight, bar + b.x);
      }
    }
    shares[3]! += weight * neither;
    for (const side of sides) {
      outcomeProbabilities(ofLeft, ofRight, leftAdvantage + side.x, logTie, p);
      for (let outcome = 0; outcome < 3; outcome++) {
        shares[outcome]! += weight * side.weight * (1 - neither) * p[outcome]!;
      }
    }
  };
  if (bar === null) {
    // Only the difference of the two strengths matters.
    for (const { x, weight } of pointsOf(Math.hypot(deviation(left), deviation(right)))) {
      add(logStrength[left]! + x, logStrength[right]!, weight);
    }
  } else {
    for (const l of pointsOf(deviation(left))) {
      for (const r of pointsOf(deviation(right)))
        add(logStrength[left]! + l.x, logStrength[right]! + r.x, l.weight * r.weight);
    }
  }
  return shares;
}

/** Share of comparisons that `arm` wins against `opponent`, averaged over both sides, ties as half, without "neither". */
export function expectedWinRate(study: Truth, arm: number, opponent: number): number {
  const [won, lost, tied] = sumOverSides(study, arm, opponent);
  return (won + tied / 2) / (won + lost + tied);
}

/** Share of the comparisons of two arms, "neither" left out, that are ties. */
export function expectedTieShare(study: Truth, arm: number, opponent: number): number {
  const [won, lost, tied] = sumOverSides(study, arm, opponent);
  return tied / (won + lost + tied);
}

/** Share of all comparisons of two arms that are answered "neither". */
export function expectedNeitherShare(study: Truth, arm: number, opponent: number): number {
  return sumOverSides(study, arm, opponent)[3];
}

/** Won, lost, tied and "neither" of `arm`, half of the time on the left. */
function sumOverSides(study: Truth, arm: number, opponent: number): [number, number, number, number] {
  const onLeft = expectedShares(study, arm, opponent);
  const onRight = expectedShares(study, opponent, arm);
  return [
    (onLeft[0]! + onRight[1]!) / 2,
    (onLeft[1]! + onRight[0]!) / 2,
    (onLeft[2]! + onRight[2]!) / 2,
    (onLeft[3]! + onRight[3]!) / 2,
  ];
}

/**
 * Points and weights of a normal variable of this deviation, by the trapezoidal rule. Its error for functions like the
 * logistic, with poles at ±πi, is about exp(-2π² / (step · deviation)).
 */
function pointsOf(deviation: number): readonly { x: number; weight: number }[] {
  if (deviation === 0) return [{ x: 0, weight: 1 }];
  const step = Math.min(0.75, 1 / deviation);
  const half = Math.ceil(widest / step);
  return Array.from({ length: 2 * half + 1 }, (_, i) => {
    const x = (i - half) * step;
    return { x: x * deviation, weight: (step * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI) };
  });
}

/**
 * Davidson's model fitted to the expected shares of all pairs, each as often on either side: what it estimates from
 * infinitely many captions and raters, the true values that its intervals should cover.
 */
export function expectedFit(study: Truth): PairwiseParameters {
  const armCount = study.logStrength.length;
  const counts = new Float64Array(armCount * armCount * 3);
  for (let left = 0; left < armCount; left++) {
    for (let right = 0; right < armCount; right++) {
      if (left === right) continue;
      // "Neither" compares nothing, so the model ignores it.
      counts.set(expectedShares(study, left, right).subarray(0, 3), (left * armCount + right) * 3);
    }
  }
  return davidson.fit({ armCount, counts });
}
