/** Active choice of pairs: show next the pair that will narrow the intervals most. */

/** How often one pair was judged, not counting "both bad". */
export type JudgedPair = { readonly wins: number; readonly losses: number; readonly ties: number };

/**
 * Probability with which each pair should be drawn next: proportional to √(Σ/n) - √(Σ/(n + 1)), by how much one
 * more vote is expected to shrink the standard error of its win rate, Σ being the variance of one vote (as in
 * Chatbot Arena's sampling rule, Chiang et al., 2024). One imaginary win and loss per pair keep Σ and n above zero.
 * Every pair keeps a positive probability, so estimates stay consistent.
 */
export function nextPairProbabilities(pairs: readonly JudgedPair[]): number[] {
  const gains = pairs.map(({ wins, losses, ties }) => {
    const n = wins + losses + ties + 2;
    const mean = (wins + 1 + ties / 2) / n;
    const variance = (wins + 1 + ties / 4) / n - mean * mean;
    return Math.sqrt(variance / n) - Math.sqrt(variance / (n + 1));
  });
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return gains.map((gain) => gain / total);
}
