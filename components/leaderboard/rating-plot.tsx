/** All ratings with their intervals, on the scale of the question. */
import type { Standings } from "@/lib/questions/answer-statistics";
import { questionTypes } from "@/lib/questions/question-types";
import { IntervalPlot } from "./interval-plot";
import { formatRating } from "./leaderboard-table";

export function RatingPlot({ standings: { rows, questionType, ratingScale } }: { standings: Standings }) {
  const intervals = rows.flatMap(({ arm, rating, rating_q025: low, rating_q975: high }) =>
    rating === null || low === null || high === null ? [] : [{ name: arm, value: rating, low, high }],
  );
  if (intervals.length === 0) return null;
  return (
    <IntervalPlot
      label={`${questionTypes[questionType].words.model.ratings}; ${ratingScale === "elo" ? "bars are 95% intervals for comparing arms (quasi-variances); each is independent of the other arms" : "bars are 95% intervals over captions and raters"}`}
      intervals={intervals}
      format={(value) => formatRating(value, ratingScale)}
    />
  );
}
