/** Cases PREFIX.{csv,expected.json} of votes on pairs, and the strengths and the agreement that they give. */
import { basename } from "node:path";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { impliedVotes } from "@/lib/questions/answer-statistics";
import { showsPairs } from "@/lib/questions/question-types";
import { bradleyTerry } from "@/lib/statistics/bradley-terry";
import { davidson } from "@/lib/statistics/davidson";
import { eloPerLogStrength } from "@/lib/statistics/elo";
import { voteAgreement } from "@/lib/statistics/krippendorff-alpha";
import { tableToPairCounts } from "@/lib/statistics/pair-counts";
import type { PairwiseFit } from "@/lib/statistics/pairwise-model";
import { outcomeLeft, outcomeRight, type VoteTable, votesToTable } from "@/lib/statistics/vote-table";
import { readVotes } from "@/lib/votes/read/read-votes";
import type { BadRow } from "@/lib/votes/read/vote-file";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareAbsolutely, compareExactly, type Measured } from "./measured";
import { readReferenceJson } from "./reference-json";

/** Both sides are optimisers that stop short of the exact maximum. */
const STRENGTH_TOLERANCE = 1e-4;
const ALPHA_TOLERANCE = 1e-9;

/** The interval's, which is not compared. */
const COVERAGE = 0.95;

const byArm = z.record(z.string(), z.number());
const strengths = z.object({
  log_strength_minus_first: byArm,
  elo_minus_first: byArm.optional(),
  nll: z.number().optional(),
  tie_parameter_nu: z.number().optional(),
  left_advantage_log: z.number().optional(),
});
const statistics = z.object({
  votes: z.number().int(),
  wins: byArm.optional(),
  bradley_terry_ties_half: strengths.optional(),
  davidson_with_left_advantage: strengths.optional(),
  krippendorff_alpha_nominal_on_chosen_arm: z.number().nullish(),
});
type Strengths = z.infer<typeof strengths>;
type Statistics = z.infer<typeof statistics>;

/** Counts, strengths under Bradley–Terry and Davidson with left advantage, and Krippendorff's α. */
export const votesCase: CaseKind = { subject: "votes", files: [".csv", ".expected.json"], check };

async function check(prefix: string): Promise<CheckedGroup[]> {
  const path = `${prefix}.expected.json`;
  const expected = readReferenceJson(path, statistics);
  const table = await readTable(`${prefix}.csv`);
  const counts = tableToPairCounts(table);
  const {
    bradley_terry_ties_half: halves,
    davidson_with_left_advantage: sided,
    krippendorff_alpha_nominal_on_chosen_arm: alpha,
  } = expected;
  const groups = [{ name: "counts", measured: compareCounts(table, expected) }];
  const strengthsOf = (fit: PairwiseFit, wanted: Strengths) =>
    compareStrengths(basename(path), table.arms, fit, wanted);
  if (halves) groups.push({ name: "bradley-terry", measured: strengthsOf(bradleyTerry.fit(counts), halves) });
  if (sided) groups.push({ name: "davidson", measured: strengthsOf(davidson.fit(counts), sided) });
  if (alpha !== undefined) groups.push({ name: "agreement", measured: [compareAlpha(table, alpha)] });
  return groups;
}

async function readTable(path: string): Promise<VoteTable> {
  try {
    const { questions } = await readVotes(path);
    const [first, ...others] = questions;
    if (first && others.length === 0 && showsPairs(first.type)) {
      return votesToTable(impliedVotes(first.answers));
    }
  } catch (error) {
    throw namingBadRow(error);
  }
  throw new SemblanceError("invalid_file", `${basename(path)}: not the votes on pairs of one question.`, {
    remedy: "Give the columns caption, rater, left, right and winner, and no other question.",
  });
}

/** An error of the reader, its first bad row with it. */
function namingBadRow(error: unknown): unknown {
  const [row] = error instanceof SemblanceError ? ((error.details?.badRows ?? []) as BadRow[]) : [];
  if (row === undefined) return error;
  const { code, message, remedy } = error as SemblanceError;
  return new SemblanceError(code, `${message} Line ${row.line}: ${row.reason}`, { remedy, cause: error });
}

function compareCounts(table: VoteTable, { votes, wins }: Statistics): Measured[] {
  const measured = [compareExactly("votes", [table.voteCount], [votes])];
  if (wins === undefined) return measured;
  const won = new Map(table.arms.map((arm) => [arm, 0]));
  for (let vote = 0; vote < table.voteCount; vote++) {
    const { outcome, left, right } = table;
    if (outcome[vote] !== outcomeLeft && outcome[vote] !== outcomeRight) continue;
    const arm = table.arms[(outcome[vote] === outcomeLeft ? left : right)[vote]!]!;
    won.set(arm, won.get(arm)! + 1);
  }
  const names = Object.keys(wins).map(toName);
  return [
    ...measured,
    compareExactly("arms", [...table.arms].sort(), names.sort()),
    ...Object.entries(wins).map(([arm, count]) =>
      compareExactly(`wins of ${arm}`, [won.get(toName(arm))], [count]),
    ),
  ];
}

/** As names are read: without blanks around them, in composed form. */
const toName = (arm: string) => arm.trim().normalize("NFC");

function compareStrengths(
  file: string,
  arms: readonly string[],
  fit: PairwiseFit,
  expected: Strengths,
): Measured[] {
  const { log_strength_minus_first: logStrength, elo_minus_first: elo = {} } = expected;
  const first = Object.keys(logStrength).find((arm) => logStrength[arm] === 0);
  if (first === undefined) {
    throw new SemblanceError("invalid_file", `${file}: log_strength_minus_first has no arm of strength 0.`, {
      remedy: "Strengths are differences from one of the arms. Copy or create the case again.",
    });
  }
  // An arm without a vote has no strength, which no tolerance passes.
  const strengthOf = (arm: string) => fit.logStrength[arms.indexOf(toName(arm))] ?? Number.NaN;
  const differenceOf = (arm: string) => strengthOf(arm) - strengthOf(first);
  const compare = (
    part: string,
    actual: number,
    value: number | undefined,
    tolerance = STRENGTH_TOLERANCE,
  ) => (value === undefined ? [] : [compareAbsolutely(part, actual, value, tolerance)]);
  return [
    ...Object.entries(logStrength).flatMap(([arm, value]) =>
      compare(`log strength of ${arm}`, differenceOf(arm), value),
    ),
    ...Object.entries(elo).flatMap(([arm, value]) =>
      compare(
        `Elo of ${arm}`,
        differenceOf(arm) * eloPerLogStrength,
        value,
        STRENGTH_TOLERANCE * eloPerLogStrength,
      ),
    ),
    ...compare("nll", -fit.logLikelihood, expected.nll),
    ...compare("tie_parameter_nu", fit.tieParameter, expected.tie_parameter_nu),
    ...compare("left_advantage_log", fit.leftAdvantage, expected.left_advantage_log),
  ];
}

function compareAlpha(table: VoteTable, expected: number | null): Measured {
  const part = "Krippendorff's α";
  const { value } = voteAgreement(table, { coverage: COVERAGE });
  return value === null || expected === null
    ? compareExactly(part, [value], [expected])
    : compareAbsolutely(part, value, expected, ALPHA_TOLERANCE);
}
