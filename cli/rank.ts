/** `semblance rank`: the whole leaderboard from a file of votes, question by question. */
import { SemblanceError } from "@/lib/errors";
import { computeStandings, impliedVotes, toTimedAnswer } from "@/lib/questions/answer-statistics";
import { reportScores } from "@/lib/questions/likert/score-report";
import { isScore } from "@/lib/questions/likert/statistics";
import { dawidSkene, votesToLabels } from "@/lib/statistics/dawid-skene";
import { flagRaters } from "@/lib/statistics/rater-flags";
import { votesToTable } from "@/lib/statistics/vote-table";
import { oneLine } from "@/lib/text/one-line";
import { leaderboardToCsv, publishLeaderboard } from "@/lib/votes/files/leaderboard-csv";
import { compareScoresWithMetrics } from "@/lib/votes/read/compare-scores-with-metrics";
import { type MetricTable, readMetrics } from "@/lib/votes/read/metric-table";
import { readVotes } from "@/lib/votes/read/read-votes";
import { readColumnMapping, readScale } from "@/lib/votes/read/vote-fields";
import type { BadRow, QuestionVotes, VoteFile } from "@/lib/votes/read/vote-file";
import { rankingToJson } from "./ranking-json";
import { type Ranking, rankingToText } from "./ranking-text";

export type RankOptions = {
  /** Print JSON with everything: an object, or an array of them where the file holds several questions. */
  readonly json?: boolean;
  /** Print the leaderboards as CSV. */
  readonly csv?: boolean;
  /** Only this question; all where absent. */
  readonly question?: string;
  /** "caption=prompt,rater=annotator": which columns hold what, in files of other tools. */
  readonly columns?: string;
  /** "1-5": what scores must lie in. */
  readonly scale?: string;
  /** "tie" counts "both bad" as a tie; "neither" (default) leaves it out of the ratings. */
  readonly bothBad?: string;
  /** A table of automatic scores, to be compared with people's. */
  readonly metrics?: string;
  /** Counts raters whom the study excluded, too. */
  readonly allRaters?: boolean;
  /** Seed of the resampling. Default 1. */
  readonly seed?: number;
  /** How often captions and raters are resampled to check the differences' intervals; not at all where absent. */
  readonly replicates?: number;
  /** Arms between which the gap closed is measured. Default "original" and "real", where both are present. */
  readonly from?: string;
  readonly to?: string;
};

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * Reads votes (see docs/reference/columns.md for the files it knows) and prints a leaderboard for each question as a
 * table, JSON or CSV. What must be known of how the file was read goes below a table, into JSON as `notes`, and to
 * `errorOutput` beside CSV.
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
  const { seed, replicates, isBothBadTie } = checkOptions(options);
  let votes: VoteFile;
  let metrics: MetricTable | null;
  try {
    votes = await readVotes(file, {
      ...(options.columns === undefined ? {} : { columns: readColumnMapping(options.columns) }),
      ...(options.scale === undefined ? {} : { scale: readScale(options.scale) }),
      allRaters: options.allRaters ?? false,
      isBothBadTie,
    });
    metrics = options.metrics === undefined ? null : await readMetrics(options.metrics, votes.columns.model);
  } catch (error) {
    return refuse(error, errorOutput);
  }
  const questions = chooseQuestions(votes.questions, options.question);
  assertArms(questions, options);
  const { columns, names } = votes;
  let rankings: Ranking[];
  try {
    rankings = questions.map((question) => ({
      ...computeRanking(question, { ...options, seed, replicates }),
      ...scoresOf(question, metrics),
      names,
    }));
  } catch (error) {
    return refuse(error, errorOutput);
  }
  const notes = [
    ...votes.notes,
    ...new Set(rankings.flatMap(({ metrics: compared }) => compared?.notes ?? [])),
  ];
  if (options.json) {
    const objects = rankings.map((ranking) => ({ ...rankingToJson(ranking), columns, notes }));
    output.write(`${JSON.stringify(objects.length === 1 ? objects[0] : objects, null, 2)}\n`);
  } else if (options.csv) {
    const rows = rankings.flatMap(({ standings, question }) =>
      publishLeaderboard(standings, question === null ? {} : { criterion: question }),
    );
    output.write(leaderboardToCsv(rows));
    for (const note of notes) errorOutput.write(`Note: ${note}\n`);
  } else {
    output.write(rankings.map(rankingToText).join("\n"));
    const taken = Object.entries(columns).filter(([field, column]) => field !== column);
    if (taken.length > 0) {
      output.write(
        `\nColumns: ${taken.map(([field, column]) => `${field} = ${oneLine(column)}`).join(", ")}\n`,
      );
    }
    if (notes.length > 0) output.write(`\n${notes.map((note) => `Note: ${note}\n`).join("")}`);
  }
  return 0;
}

/** Says what is wrong with a file. @returns the exit code @throws what is not the file's fault */
function refuse(error: unknown, errorOutput: Output): number {
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

function checkOptions({ json, csv, seed = 1, replicates, bothBad = "neither" }: RankOptions) {
  if (bothBad !== "neither" && bothBad !== "tie") {
    throw new SemblanceError("invalid_input", `--both-bad must be neither or tie, not “${bothBad}”.`);
  }
  if (json && csv) {
    throw new SemblanceError("invalid_input", "--json and --csv cannot be combined.", {
      remedy: "Use only one of them.",
    });
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SemblanceError("invalid_input", `--seed must be a whole number of at least 0, not ${seed}.`);
  }
  if (
    replicates !== undefined &&
    (!Number.isSafeInteger(replicates) || replicates < 100 || replicates > 100_000)
  ) {
    throw new SemblanceError(
      "invalid_input",
      `--replicates must be a whole number, 100 to 100000, not ${replicates}.`,
    );
  }
  return { seed, replicates: replicates ?? 0, isBothBadTie: bothBad === "tie" };
}

function chooseQuestions(
  questions: readonly QuestionVotes[],
  wanted: string | undefined,
): readonly QuestionVotes[] {
  if (wanted === undefined) return questions;
  const chosen = questions.filter(({ question }) => question === wanted.normalize("NFC"));
  if (chosen.length > 0) return chosen;
  const names = questions.flatMap(({ question }) => question ?? []);
  throw new SemblanceError("invalid_input", `The file contains no question “${wanted}”.`, {
    remedy:
      names.length > 0
        ? `It contains: ${names.join(", ")}.`
        : "It has no question column: leave out --question.",
  });
}

function armsOf({ answers }: QuestionVotes): string[] {
  return [...new Set(answers.flatMap(({ shown }) => shown))];
}

/** @throws SemblanceError `invalid_input` where `from` or `to` is an arm of no question */
function assertArms(questions: readonly QuestionVotes[], { from, to }: RankOptions): void {
  const arms = [...new Set(questions.flatMap(armsOf))];
  for (const arm of [from, to]) {
    if (arm !== undefined && !arms.includes(arm.normalize("NFC"))) {
      throw new SemblanceError("invalid_input", `The votes name no arm "${arm}".`, {
        remedy: `Choose from: ${arms.join(", ")}.`,
      });
    }
  }
}

function computeRanking(
  votes: QuestionVotes,
  options: RankOptions & { readonly seed: number; readonly replicates: number },
): Omit<Ranking, "names" | "metrics"> {
  const { question, type, answers } = votes;
  const arms = armsOf(votes);
  const way = {
    from: (options.from ?? "original").normalize("NFC"),
    to: (options.to ?? "real").normalize("NFC"),
  };
  const standingsOptions = {
    arms,
    seed: options.seed,
    replicates: options.replicates,
    ...(arms.includes(way.from) && arms.includes(way.to) ? { way } : {}),
  };
  const table = votesToTable(impliedVotes(answers), arms);
  const { reliability } = dawidSkene(votesToLabels(table));
  const reliabilityOf = new Map(table.raters.map((rater, index) => [rater, reliability[index]!]));
  const raters = flagRaters(answers.map((answer) => toTimedAnswer(answer, answer.latencyMs))).map(
    (report) => ({ ...report, reliability: reliabilityOf.get(report.rater) ?? null }),
  );
  const flagged = new Set(raters.filter(({ flags }) => flags.length > 0).map(({ rater }) => rater));
  const isAnyLeft = flagged.size > 0 && flagged.size < raters.length;
  const standings = computeStandings(type, answers, standingsOptions);
  return {
    question,
    standings,
    scores: answers.every(isScore) ? reportScores(answers, standings) : null,
    raters,
    withoutFlaggedRaters: isAnyLeft
      ? computeStandings(
          type,
          answers.filter(({ rater }) => !flagged.has(rater)),
          standingsOptions,
        )
      : null,
  };
}

/** What is computed of scores alone. @throws SemblanceError where other answers are to be compared with metrics */
function scoresOf({ answers }: QuestionVotes, metrics: MetricTable | null): Pick<Ranking, "metrics"> {
  if (metrics === null) return { metrics: null };
  if (!answers.every(isScore)) {
    throw new SemblanceError("invalid_input", "--metrics compares metrics with scores, and these are none.", {
      remedy: "Leave it out, or choose a question with scores: --question KEY.",
    });
  }
  return { metrics: compareScoresWithMetrics(answers, metrics) };
}
