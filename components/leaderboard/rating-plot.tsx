/** All ratings with their intervals, on the scale of the question. */
import type { Standings } from "@/lib/statistics/standings";
import { IntervalPlot } from "./interval-plot";
import { formatRating } from "./leaderboard-table";

const scaleTexts = {
  davidson: "Rating on the Elo scale, mean 1000 (Davidson’s model)",
  "mean-score": "Mean score on the five-point scale",
  "plackett-luce": "Rating on the Elo scale, mean 1000 (Plackett and Luce’s model)",
  "best-worst": "Rating on the Elo scale, mean 1000 (maximum difference model)",
} as const;

export function RatingPlot({ standings: { rows, model, ratingScale } }: { standings: Standings }) {
  const intervals = rows.flatMap(({ arm, rating, rating_q025: low, rating_q975: high }) =>
    rating === null || low === null || high === null ? [] : [{ name: arm, value: rating, low, high }],
  );
  if (intervals.length === 0) return null;
  return (
    <IntervalPlot
      label={`${scaleTexts[model]}; ${ratingScale === "elo" ? "bars are 95% intervals for comparing arms (quasi-variances), which carry nothing of the other arms" : "bars are 95% intervals over captions and raters"}`}
      intervals={intervals}
      format={(value) => formatRating(value, ratingScale)}
    />
  );
}
