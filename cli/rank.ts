/** `semblance rank`: the whole leaderboard from a CSV file of votes. */
import { SemblanceError } from "@/lib/errors";
import { leaderboardToCsv, publishLeaderboard } from "@/lib/ratings/leaderboard-csv";
import { dawidSkene, votesToLabels } from "@/lib/ratings/statistics/dawid-skene";
import { logStrengthToElo } from "@/lib/ratings/statistics/elo";
import {
  type Leaderboard,
  type StrengthByArm,
  tableToLeaderboard,
} from "@/lib/ratings/statistics/leaderboard";
import { flagRaters, type RaterReport } from "@/lib/ratings/statistics/rater-flags";
import { winners } from "@/lib/ratings/statistics/vote";
import { type VoteTable, withoutRaters } from "@/lib/ratings/statistics/vote-table";
import { type BadRow, readVotesCsv } from "@/lib/ratings/votes-csv";

export type RankOptions = {
  /** Print one JSON object with everything. */
  readonly json?: boolean;
  /** Print the leaderboard as CSV. */
  readonly csv?: boolean;
  /** Seed of the resampling. Default 1. */
  readonly seed?: number;
  /** Bootstrap replicates. Default 1000. */
  readonly replicates?: number;
  /** Arms between which the share of the way is measured. Default "original" and "real", where both are present. */
  readonly from?: string;
  readonly to?: string;
};

type Output = Pick<NodeJS.WriteStream, "write">;

/** A rater's flags and reliability (Dawid and Skene: expected share of answers equal to the item's class). */
type RaterQuality = RaterReport & { readonly reliability: number };

/** What `rank` computes from a file. */
type Ranking = {
  readonly leaderboard: Leaderboard;
  readonly raters: readonly RaterQuality[];
  /** The leaderboard without the votes of flagged raters; null where nobody is flagged. */
  readonly withoutFlaggedRaters: Leaderboard | null;
};

/**
 * Reads votes (columns caption, rater, left, right, winner) and prints the leaderboard as a table, JSON or CSV.
 *
 * @returns the exit code: 0, or 1 where the file's contents are at fault; the lines are then on `errorOutput`
 * @throws SemblanceError for a file that is not there, or options that are out of range or contradict each other
 */
export async function rank(
  file: string,
  options: RankOptions = {},
  output: Output = process.stdout,
  errorOutput: Output = process.stderr,
): Promise<number> {
  const { seed, replicates } = checkOptions(options);
  let table: VoteTable;
  try {
    table = await readVotesCsv(file);
  } catch (error) {
    if (!(error instanceof SemblanceError) || error.code !== "invalid_file") throw error;
    const { badRows = [], badRowCount = 0 } = (error.details ?? {}) as {
      badRows?: BadRow[];
      badRowCount?: number;
    };
    errorOutput.write(`${error.message}\n`);
    for (const { line, reason } of badRows) errorOutput.write(`  line ${line}: ${reason}\n`);
    if (badRowCount > badRows.length) errorOutput.write(`  and ${badRowCount - badRows.length} more\n`);
    errorOutput.write(`${error.remedy}\n`);
    return 1;
  }
  const ranking = computeRanking(table, { ...options, seed, replicates });
  if (options.json) output.write(`${JSON.stringify(rankingToJson(ranking), null, 2)}\n`);
  else if (options.csv) output.write(leaderboardToCsv(publishLeaderboard(ranking.leaderboard)));
  else output.write(rankingToText(ranking));
  return 0;
}

function checkOptions({ json, csv, seed = 1, replicates = 1000 }: RankOptions) {
  if (json && csv) {
    throw new SemblanceError("invalid_input", "--json and --csv cannot be had at once.", {
      remedy: "Leave out one.",
    });
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SemblanceError("invalid_input", `--seed must be a whole number from 0, not ${seed}.`);
  }
  if (!Number.isSafeInteger(replicates) || replicates < 100 || replicates > 100_000) {
    throw new SemblanceError(
      "invalid_input",
      `--replicates must be a whole number, 100 to 100000, not ${replicates}.`,
    );
  }
  return { seed, replicates };
}

function computeRanking(
  table: VoteTable,
  options: RankOptions & { readonly seed: number; readonly replicates: number },
): Ranking {
  const { from, to } = options;
  for (const arm of [from, to]) {
    if (arm !== undefined && !table.arms.includes(arm)) {
      throw new SemblanceError("invalid_input", `The votes name no arm "${arm}".`, {
        remedy: `Choose from: ${table.arms.join(", ")}.`,
      });
    }
  }
  const way = { from: from ?? "original", to: to ?? "real" };
  const leaderboardOptions = {
    seed: options.seed,
    replicates: options.replicates,
    ...(table.arms.includes(way.from) && table.arms.includes(way.to) ? { way } : {}),
  };
  const { reliability } = dawidSkene(votesToLabels(table));
  const reports = flagRaters(
    Array.from({ length: table.voteCount }, (_, i) => ({
      rater: table.raters[table.rater[i]!]!,
      winner: winners[table.outcome[i]!]!,
      caption: table.captions[table.caption[i]!]!,
      shown: [table.arms[table.left[i]!]!, table.arms[table.right[i]!]!],
    })),
  );
  // Reports come in the order of first appearance, which is that of the table's raters.
  const raters = reports.map((report, index) => ({ ...report, reliability: reliability[index]! }));
  const flagged = new Set(raters.filter(({ flags }) => flags.length > 0).map(({ rater }) => rater));
  const isAnyLeft = flagged.size > 0 && flagged.size < raters.length;
  return {
    leaderboard: tableToLeaderboard(table, leaderboardOptions),
    raters,
    withoutFlaggedRaters: isAnyLeft
      ? tableToLeaderboard(withoutRaters(table, flagged), leaderboardOptions)
      : null,
  };
}

function rankingToJson({ leaderboard, raters, withoutFlaggedRaters }: Ranking) {
  const { krippendorffAlpha, ...rest } = leaderboard;
  const withElo = <T extends { logStrength: StrengthByArm }>(fit: T) => ({
    ...fit,
    elo: Object.fromEntries(
      Object.entries(fit.logStrength).map(([arm, s]) => [arm, s === null ? null : logStrengthToElo(s)]),
    ),
  });
  return {
    ...rest,
    davidson: withElo(rest.davidson),
    bradleyTerry: withElo(rest.bradleyTerry),
    krippendorffAlpha: krippendorffAlpha.value,
    krippendorffAlphaInterval: { low: krippendorffAlpha.low, high: krippendorffAlpha.high },
    raters: raters.map(({ medianLatencyMs: _, ...report }) => report),
    rowsWithoutFlaggedRaters: withoutFlaggedRaters?.rows ?? null,
  };
}

function rankingToText({ leaderboard, raters, withoutFlaggedRaters }: Ranking): string {
  const { rows, krippendorffAlpha, agreementWithinPairs, sideBias, shareOfTheWay, davidson, warnings } =
    leaderboard;
  const lines = [
    `${leaderboard.voteCount} votes of ${leaderboard.raterCount} raters on ${leaderboard.captionCount} captions`,
    "",
    ...leaderboardTable(leaderboard),
    "",
    "Rating: Elo scale from Davidson's model, mean 1000; 95% intervals over captions and raters.",
    `Agreement within pairs (α, 0 is chance): ${withInterval(agreementWithinPairs, 3)}`,
    `Agreement over arms (Krippendorff's α, above 0 by chance): ${withInterval(krippendorffAlpha, 3)}`,
    `Side bias (share of left - 0.5): ${withInterval(sideBias, 3)}; left advantage ${fixed(davidson.leftAdvantage, 3)} log odds`,
    ...shareOfTheWay.map((share) => `Share of the way, ${share.arm}: ${withInterval(share, 2)}`),
  ];
  const flagged = raters.filter(({ flags }) => flags.length > 0);
  if (flagged.length > 0) {
    lines.push(
      "",
      "Raters to look at:",
      ...flagged.map(({ rater, flags }) => `  ${rater}: ${flags.join(", ")}`),
    );
  }
  if (withoutFlaggedRaters) lines.push("", "Without them:", "", ...leaderboardTable(withoutFlaggedRaters));
  if (rows.length > 0 && warnings.length > 0)
    lines.push("", ...warnings.map((warning) => `Note: ${warning}`));
  return `${lines.join("\n")}\n`;
}

function leaderboardTable({ rows }: Leaderboard): string[] {
  const cells = [
    ["rank", "arm", "rating", "95% interval", "battles", "wins", "losses", "ties", "both bad"],
    ...rows.map((row) => [
      row.rank_ub === null
        ? "-"
        : row.rank_ub === row.rank_lb
          ? `${row.rank_ub}`
          : `${row.rank_ub}–${row.rank_lb}`,
      row.arm,
      fixed(row.rating, 0),
      row.rating === null ? "-" : `${fixed(row.rating_q025, 0)} to ${fixed(row.rating_q975, 0)}`,
      ...[row.num_battles, row.wins, row.losses, row.ties, row.both_bad].map(String),
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  "),
  );
}

function withInterval(
  { value, low, high }: { value: number | null; low: number | null; high: number | null },
  digits: number,
): string {
  return value === null
    ? "undefined"
    : `${fixed(value, digits)} (${fixed(low, digits)} to ${fixed(high, digits)})`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? "-" : value.toFixed(digits);
}
