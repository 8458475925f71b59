/** What `semblance rank` prints of a question for people. */
import type { Standings } from "@/lib/questions/answer-statistics";
import type { ScoreReport } from "@/lib/questions/likert/score-report";
import { questionTypes, showsPairs } from "@/lib/questions/question-types";
import type { ArmDifference } from "@/lib/statistics/arm-differences";
import type { IntervalEstimate } from "@/lib/statistics/metric-correlations";
import { pValueText } from "@/lib/statistics/p-value-text";
import type { RaterReport } from "@/lib/statistics/rater-flags";
import { shareSetText } from "@/lib/statistics/share-of-the-way-text";
import { alignColumns } from "@/lib/text/align-columns";
import { counted } from "@/lib/text/counted";
import { oneLine } from "@/lib/text/one-line";
import type { ScoresAgainstMetrics } from "@/lib/votes/read/compare-scores-with-metrics";
import type { VoteFile } from "@/lib/votes/read/vote-file";

/** A rater's flags and reliability (Dawid and Skene: expected share of answers equal to the item's class). */
export type RaterQuality = RaterReport & { readonly reliability: number | null };

/** What `rank` computes for a question of a file. */
export type Ranking = {
  /** Null where the file names no question. */
  readonly question: string | null;
  readonly names: VoteFile["names"];
  readonly standings: Standings;
  /** Null for answers that are no scores. */
  readonly scores: ScoreReport | null;
  /** Null where no metrics are compared. */
  readonly metrics: ScoresAgainstMetrics | null;
  readonly raters: readonly RaterQuality[];
  /** The standings without the answers of flagged raters; null where nobody is flagged. */
  readonly withoutFlaggedRaters: Standings | null;
};

export function rankingToText({
  question,
  names,
  standings,
  scores,
  metrics,
  raters,
  withoutFlaggedRaters,
}: Ranking): string {
  const { agreementWithinPairs, sideBias, shareOfTheWay, davidson, warnings } = standings;
  const { words } = questionTypes[standings.questionType];
  const lines = [
    ...(question === null ? [] : [`Question: ${oneLine(question)}`]),
    [
      `${standings.voteCount} ${words.answers}`,
      ...(names.raters ? [`of ${counted(standings.raterCount, "rater", "raters")}`] : []),
      ...(names.captions ? [`on ${counted(standings.captionCount, "caption", "captions")}`] : []),
    ].join(" "),
    "",
    ...leaderboardTable(standings),
    "",
    ...differencesTable(standings),
    "",
    `Rating: ${words.model.terminal}; ${standings.ratingScale === "elo" ? "95% comparison intervals, independent of the other arms" : "95% intervals over captions and raters"}.`,
    `Differences: 95% intervals for each alone; p adjusted by Holm's method for ${comparisonsOf(standings)}. Ranks follow from these decisions.`,
    ...(agreementWithinPairs
      ? [`Agreement within pairs (α, 0 is chance): ${withInterval(agreementWithinPairs, 3)}`]
      : []),
    ...agreementLines(standings, scores),
    ...(davidson
      ? [
          `Left/right bias (share of left - 0.5): ${withInterval(sideBias, 3)}${davidson.leftAdvantage === null ? "" : `; left advantage ${fixed(davidson.leftAdvantage, 3)} log odds`}`,
        ]
      : []),
    ...shareOfTheWay.map(
      (share) =>
        `Gap closed from ${oneLine(share.from)} to ${oneLine(share.to)}, ${oneLine(share.arm)}: ${fixed(share.value, 2)} (${shareSetText(share, (value) => fixed(value, 2))})`,
    ),
  ];
  if (scores?.proportionalOdds) lines.push("", ...proportionalOddsTable(scores.proportionalOdds));
  if (metrics) lines.push("", ...correlationTables(metrics));
  const flagged = raters.filter(({ flags }) => flags.length > 0);
  if (flagged.length > 0) {
    lines.push(
      "",
      "Flagged raters:",
      ...flagged.map(({ rater, flags }) => `  ${oneLine(rater)}: ${flags.join(", ")}`),
    );
  }
  if (withoutFlaggedRaters) lines.push("", "Without them:", "", ...leaderboardTable(withoutFlaggedRaters));
  if (standings.rows.length > 0 && warnings.length > 0)
    lines.push("", ...warnings.map((warning) => `Note: ${oneLine(warning)}`));
  return `${lines.join("\n")}\n`;
}

function agreementLines(
  { krippendorffAlpha, agreementWithinPairs, agreementLevel }: Standings,
  scores: ScoreReport | null,
): string[] {
  if (scores) {
    return (["nominal", "ordinal", "interval"] as const).map(
      (level) =>
        `Agreement (Krippendorff's α, ${level}): ${withInterval(scores.krippendorffAlpha[level], 3)}`,
    );
  }
  return [
    `Agreement over arms (Krippendorff's α, ${agreementWithinPairs ? "above 0 by chance" : agreementLevel}): ${withInterval(krippendorffAlpha, 3)}`,
    ...(agreementWithinPairs
      ? ["α is not comparable between studies: ties count as full disagreement with a preference."]
      : []),
  ];
}

function proportionalOddsTable({
  reference,
  effect,
}: NonNullable<ScoreReport["proportionalOdds"]>): string[] {
  return [
    `Proportional odds: log odds of a higher score than ${oneLine(reference)} gets; 95% intervals for each alone.`,
    ...alignColumns(
      Object.entries(effect)
        .filter(([arm]) => arm !== reference)
        .map(([arm, { value, low, high }]) => [
          oneLine(arm),
          fixed(value, 3),
          `${fixed(low, 3)} to ${fixed(high, 3)}`,
        ]),
      (column) => column > 0,
    ),
  ];
}

function correlationTables({ correlation, differences, items, captions }: ScoresAgainstMetrics): string[] {
  const cells = ({ value, low, high }: IntervalEstimate) => [
    fixed(value, 3),
    low === null ? "-" : `${fixed(low, 3)} to ${fixed(high, 3)}`,
  ];
  const columns = ["Spearman", "95% interval", "Kendall τ-b", "95% interval"];
  return [
    `Metrics against people's mean of ${counted(items, "item", "items")}; 95% intervals over ${counted(captions, "caption", "captions")}.`,
    ...alignColumns(
      [
        ["metric", ...columns],
        ...[...correlation].map(([metric, { spearman, kendall }]) => [
          oneLine(metric),
          ...cells(spearman),
          ...cells(kendall),
        ]),
      ],
      (column) => column > 0,
    ),
    ...(differences.length === 0
      ? []
      : [
          "",
          "Differences of metrics:",
          ...alignColumns(
            [
              ["first", "less", ...columns],
              ...differences.map(({ first, second, spearman, kendall }) => [
                oneLine(first),
                oneLine(second),
                ...cells(spearman),
                ...cells(kendall),
              ]),
            ],
            (column) => column > 1,
          ),
        ]),
  ];
}

function leaderboardTable({ rows, questionType, ratingScale }: Standings): string[] {
  const isPair = showsPairs(questionType);
  const digits = ratingScale === "score" ? 2 : 0;
  const counts = isPair ? ["battles", "wins", "losses", "ties", "both bad"] : ["answers"];
  const cells = [
    ["rank", "arm", ratingScale === "score" ? "score" : "rating", "95% interval", ...counts],
    ...rows.map((row) => [
      row.rank_ub === null
        ? "-"
        : row.rank_ub === row.rank_lb
          ? `${row.rank_ub}`
          : `${row.rank_ub}–${row.rank_lb}`,
      oneLine(row.arm),
      fixed(row.rating, digits),
      row.rating === null ? "-" : `${fixed(row.rating_q025, digits)} to ${fixed(row.rating_q975, digits)}`,
      ...(isPair ? [row.num_battles, row.wins, row.losses, row.ties, row.both_bad] : [row.num_battles]).map(
        String,
      ),
    ]),
  ];
  return alignColumns(cells, (column) => column !== 1);
}

function comparisonsOf({ comparisonCount }: Standings): string {
  return counted(comparisonCount, "comparison", "comparisons");
}

/** Beyond this many pairs, only neighbours in the ranking are listed. */
const mostPairs = 40;

function differencesTable({ differences, rows, ratingScale, replicates }: Standings): string[] {
  const digits = ratingScale === "score" ? 2 : 0;
  const place = new Map(rows.map(({ arm }, index) => [arm, index]));
  const isNear = ({ first, second }: ArmDifference) => Math.abs(place.get(first)! - place.get(second)!) === 1;
  const listed = differences.length <= mostPairs ? differences : differences.filter(isNear);
  const ordered = [...listed].sort(
    (a, b) => place.get(a.first)! - place.get(b.first)! || place.get(a.second)! - place.get(b.second)!,
  );
  const interval = (low: number | null, high: number | null) =>
    low === null ? "-" : `${fixed(low, digits)} to ${fixed(high, digits)}`;
  const cells = [
    [
      "ahead",
      "behind",
      "difference",
      "95% interval",
      ...(replicates > 0 ? ["resampled"] : []),
      "adjusted p",
      "separated",
    ],
    ...ordered.map((pair) => [
      oneLine(pair.first),
      oneLine(pair.second),
      fixed(pair.estimate, digits),
      interval(pair.low, pair.high),
      ...(replicates > 0 ? [interval(pair.resampledLow, pair.resampledHigh)] : []),
      pair.pAdjusted === null ? "-" : pValueText(pair.pAdjusted),
      pair.pAdjusted === null ? "not compared" : pair.isSeparated ? "yes" : "no",
    ]),
  ];
  const left = differences.length - ordered.length;
  return [
    ...alignColumns(cells, (column) => column > 1),
    ...(left > 0
      ? [`and ${counted(left, "more pair", "more pairs")}, not neighbours in the ranking; --json lists all`]
      : []),
  ];
}

function withInterval(
  { value, low, high }: { value: number | null; low: number | null; high: number | null },
  digits: number,
): string {
  if (value === null) return "undefined";
  const interval =
    low === null || high === null ? "no interval" : `${fixed(low, digits)} to ${fixed(high, digits)}`;
  return `${fixed(value, digits)} (${interval})`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? "-" : value.toFixed(digits);
}
