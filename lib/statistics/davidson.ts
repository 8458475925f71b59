/** Davidson's model: strengths with ties as a separate outcome, and an advantage of the left side. */
import type { LogLikelihood } from "../numerics/newton";
import { connectedArms, type PairCounts } from "./pair-counts";
import { fitPairwise, type PairwiseModel } from "./pairwise-model";

/**
 * For arm i on the left and j on the right,
 * P(left) : P(right) : P(tie) = exp(s_i + g) : exp(s_j) : ν exp((s_i + s_j) / 2)
 * (Davidson, JASA 65, 1970; the order effect g as in Davidson & Beaver, Biometrics 33, 1977).
 *
 * Free coordinates: s of all arms but the first, then g, then log ν. Where there is no tie at all, ν = 0 is the
 * maximum and log ν is left out. Where no finite maximum exists otherwise, the fit has method "weak-prior".
 */
export const davidson: PairwiseModel = {
  name: "davidson",
  likelihoodOf,

  fit(counts, start) {
    return fitPairwise(this, counts, connectedArms(counts).length === 1, start);
  },

  toParameters(free, armCount) {
    const logStrength = new Float64Array(armCount);
    logStrength.set(free.subarray(0, armCount - 1), 1);
    const leftAdvantage = free[armCount - 1]!;
    const logTie = free[armCount];
    return { logStrength, leftAdvantage, tieParameter: logTie === undefined ? 0 : Math.exp(logTie) };
  },

  scoresAlong({ logStrength, leftAdvantage, tieParameter }, direction) {
    const armCount = logStrength.length;
    const along = (arm: number) => (arm === 0 ? 0 : direction[arm - 1]!);
    const [alongAdvantage, alongTie] = [direction[armCount - 1]!, direction[armCount] ?? 0];
    const logTie = Math.log(tieParameter);
    const scores = new Float64Array(armCount * armCount * 3);
    const p = new Float64Array(3);
    for (let left = 0; left < armCount; left++) {
      for (let right = 0; right < armCount; right++) {
        if (left === right) continue;
        outcomeProbabilities(logStrength[left]!, logStrength[right]!, leftAdvantage, logTie, p);
        // Each outcome's features along the direction; a score is an outcome's features minus their mean.
        const forLeft = along(left) + alongAdvantage;
        const forRight = along(right);
        const forTie = (along(left) + along(right)) / 2 + alongTie;
        const mean = p[0]! * forLeft + p[1]! * forRight + p[2]! * forTie;
        const row = (left * armCount + right) * 3;
        scores[row] = forLeft - mean;
        scores[row + 1] = forRight - mean;
        scores[row + 2] = forTie - mean;
      }
    }
    return scores;
  },

  observe({ logStrength, leftAdvantage, tieParameter, free }, left, right, outcome, into) {
    const armCount = logStrength.length;
    const logTie = Math.log(tieParameter);
    outcomeProbabilities(logStrength[left]!, logStrength[right]!, leftAdvantage, logTie, probabilities);
    const [pLeft, pRight, pTie] = [probabilities[0]!, probabilities[1]!, probabilities[2]!];
    const { parameters, scores, information } = into;
    let count = 0;
    // Features of the outcomes left, right and tie; a score is the outcome's own minus their mean, and the information of
    // one vote is their covariance.
    const add = (parameter: number, forLeft: number, forRight: number, forTie: number) => {
      parameters[count] = parameter;
      const at = 3 * count++;
      features[at] = forLeft;
      features[at + 1] = forRight;
      features[at + 2] = forTie;
    };
    if (left > 0) add(left - 1, 1, 0, 0.5);
    if (right > 0) add(right - 1, 0, 1, 0.5);
    add(armCount - 1, 1, 0, 0);
    if (free.length > armCount) add(armCount, 0, 0, 1);
    into.count = count;
    for (let k = 0; k < count; k++) {
      const mean = pLeft * features[3 * k]! + pRight * features[3 * k + 1]! + pTie * features[3 * k + 2]!;
      scores[k] = features[3 * k + outcome]! - mean;
      for (let l = 0; l <= k; l++) {
        let covariance = 0;
        for (let o = 0; o < 3; o++) {
          covariance += probabilities[o]! * (features[3 * k + o]! - mean) * features[3 * l + o]!;
        }
        information[k * count + l] = covariance;
        information[l * count + k] = covariance;
      }
    }
  },
};

/** Reused by every vote that is observed. */
const probabilities = new Float64Array(3);
const features = new Float64Array(12);

/**
 * Fills `p` with P(left), P(right), P(tie) for log strengths of the two sides, left advantage g and log ν (which
 * may be -Infinity); returns the log of the normalising sum.
 */
export function outcomeProbabilities(
  leftStrength: number,
  rightStrength: number,
  leftAdvantage: number,
  logTie: number,
  p: Float64Array,
): number {
  const left = leftStrength + leftAdvantage;
  const tie = logTie + (leftStrength + rightStrength) / 2;
  const largest = Math.max(left, rightStrength, tie);
  const expLeft = Math.exp(left - largest);
  const expRight = Math.exp(rightStrength - largest);
  const expTie = Math.exp(tie - largest);
  const sum = expLeft + expRight + expTie;
  p[0] = expLeft / sum;
  p[1] = expRight / sum;
  p[2] = expTie / sum;
  return largest + Math.log(sum);
}

function likelihoodOf({ armCount, counts }: PairCounts): LogLikelihood {
  const pairs: { left: number; right: number; wonLeft: number; wonRight: number; tied: number }[] = [];
  let hasTies = false;
  for (let left = 0; left < armCount; left++) {
    for (let right = 0; right < armCount; right++) {
      const at = (left * armCount + right) * 3;
      const [wonLeft, wonRight, tied] = [counts[at]!, counts[at + 1]!, counts[at + 2]!];
      if (wonLeft + wonRight + tied > 0) pairs.push({ left, right, wonLeft, wonRight, tied });
      if (tied > 0) hasTies = true;
    }
  }
  const size = armCount + (hasTies ? 1 : 0);
  const g = armCount - 1;
  const t = armCount;
  const p = new Float64Array(3);
  const strength = (parameters: Float64Array, arm: number) => (arm === 0 ? 0 : parameters[arm - 1]!);

  return {
    size,
    derivatives(parameters, gradient, information) {
      const advantage = parameters[g]!;
      const logTie = hasTies ? parameters[t]! : Number.NEGATIVE_INFINITY;
      let value = 0;
      for (const { left, right, wonLeft, wonRight, tied } of pairs) {
        const sLeft = strength(parameters, left);
        const sRight = strength(parameters, right);
        const logSum = outcomeProbabilities(sLeft, sRight, advantage, logTie, p);
        const total = wonLeft + wonRight + tied;
        value += wonLeft * (sLeft + advantage) + wonRight * sRight - total * logSum;
        if (tied > 0) value += tied * (logTie + (sLeft + sRight) / 2);
        const pLeft = p[0]!;
        const pRight = p[1]!;
        const pTie = p[2]!;
        // Features of the outcomes: left (s_i, g), right (s_j), tie (s_i / 2, s_j / 2, log ν). The information
        // of one vote is the covariance of its features.
        const meanI = pLeft + pTie / 2;
        const meanJ = pRight + pTie / 2;
        const i = left - 1;
        const j = right - 1;
        if (i >= 0) {
          gradient[i]! += wonLeft + tied / 2 - total * meanI;
          information[i * size + i]! += total * (pLeft + pTie / 4 - meanI * meanI);
          information[g * size + i]! += total * (pLeft - meanI * pLeft);
          if (hasTies) information[t * size + i]! += total * (pTie / 2 - meanI * pTie);
        }
        if (j >= 0) {
          gradient[j]! += wonRight + tied / 2 - total * meanJ;
          information[j * size + j]! += total * (pRight + pTie / 4 - meanJ * meanJ);
          information[g * size + j]! -= total * meanJ * pLeft;
          if (hasTies) information[t * size + j]! += total * (pTie / 2 - meanJ * pTie);
        }
        if (i >= 0 && j >= 0) {
          information[Math.max(i, j) * size + Math.min(i, j)]! += total * (pTie / 4 - meanI * meanJ);
        }
        gradient[g]! += wonLeft - total * pLeft;
        information[g * size + g]! += total * pLeft * (1 - pLeft);
        if (hasTies) {
          gradient[t]! += tied - total * pTie;
          information[t * size + g]! -= total * pTie * pLeft;
          information[t * size + t]! += total * pTie * (1 - pTie);
        }
      }
      return value;
    },
  };
}
