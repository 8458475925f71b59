/** What `semblance rank --json` prints of a question. */
import { logStrengthToElo } from "@/lib/statistics/elo";
import type { StrengthByArm } from "@/lib/statistics/leaderboard";
import type { Ranking } from "./ranking-text";

export function rankingToJson({
  question,
  standings,
  scores,
  metrics,
  raters,
  withoutFlaggedRaters,
}: Ranking) {
  const { krippendorffAlpha, davidson, bradleyTerry, intervalAgreement, cumulativeLink, ...rest } = standings;
  const withElo = <T extends { logStrength: StrengthByArm }>(fit: T) => ({
    ...fit,
    elo: Object.fromEntries(
      Object.entries(fit.logStrength).map(([arm, s]) => [arm, s === null ? null : logStrengthToElo(s)]),
    ),
  });
  return {
    question,
    ...rest,
    ...(davidson && { davidson: withElo(davidson) }),
    ...(bradleyTerry && { bradleyTerry: withElo(bradleyTerry) }),
    ...(scores ?? {
      intervalAgreement,
      cumulativeLink,
      krippendorffAlpha: krippendorffAlpha.value,
      krippendorffAlphaInterval: { low: krippendorffAlpha.low, high: krippendorffAlpha.high },
    }),
    ...(metrics && {
      correlation: Object.fromEntries(metrics.correlation),
      correlationDifferences: metrics.differences,
      correlatedItems: metrics.items,
    }),
    raters: raters.map(({ medianLatencyMs: _, ...report }) => report),
    rowsWithoutFlaggedRaters: withoutFlaggedRaters?.rows ?? null,
  };
}
