/** What one row says in files of other tools: pairs, scores, rankings, or best and worst. */
import { armsInCell } from "@/lib/questions/arms-in-cell";
import { cellsToBestWorst } from "@/lib/questions/best-worst/plain-file";
import {
  cellsToScore,
  isMissingScore,
  readScore,
  type ScoreScale,
  widestScale,
} from "@/lib/questions/likert/plain-file";
import { cellsToPair, isBothBad } from "@/lib/questions/pair/plain-file";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { cellToRanking } from "@/lib/questions/ranking/plain-file";
import { counted } from "@/lib/text/counted";
import { names, type ReadRow, type RowReader } from "./row-reader";
import { fieldName, type VoteField, voteFields } from "./vote-fields";
import { neededFields, type PlainKind, type VoteLayout } from "./vote-layout";

/** Fields that may be empty in any row. */
const mayBeEmpty: ReadonlySet<VoteField> = new Set(["question", "score"]);

type Cells = Partial<Record<VoteField, string>>;
type Seen = { caption: string; rater: string; item?: string };

/**
 * @param scale what scores must lie in; as wide as files may have it where absent
 * @param isBothBadTie whether "both bad" is counted as a tie
 */
export function plainReader(
  layout: VoteLayout & { kind: PlainKind },
  { scale = widestScale, isBothBadTie = false }: { scale?: ScoreScale; isBothBadTie?: boolean } = {},
): RowReader {
  const { kind, places, several, scoreColumnsAre } = layout;
  const name = names();
  const read: readonly VoteField[] = [...neededFields[kind], "question", "item"];
  const isListed = (field: VoteField) =>
    (field === "score" || field === "shown") && several[field].length > 0;
  // Filled again by every row.
  const found: Cells = {};
  const hasCaption = places.caption !== undefined;
  const hasRater = places.rater !== undefined || scoreColumnsAre === "rater";
  let missing = 0;
  let bothBad = 0;

  const scoreRows = (seen: Seen, number: number, cells: readonly string[]): ReadRow[] | string => {
    const rows: ReadRow[] = [];
    for (const place of several.score.length > 0 ? several.score : [places.score!]) {
      const owner = scoreColumnsAre ? { [scoreColumnsAre]: name(layout.headings[place]!) } : {};
      const own: Cells = { ...found, ...owner, score: name(cells[place] ?? "") };
      if (isMissingScore(own.score!)) {
        missing++;
        continue;
      }
      const answer = cellsToScore({ ...seen, rater: own.rater ?? seen.rater }, own, scale);
      if (typeof answer === "string") {
        return scoreColumnsAre ? `${layout.headings[place]}: ${answer}` : answer;
      }
      const once =
        hasRater && hasCaption
          ? JSON.stringify([own.question, seen.caption, seen.item, own.arm, answer.rater])
          : null;
      rows.push({ question: own.question || null, isExcluded: false, answer, once, number });
    }
    return rows;
  };

  const rowOf = (seen: Seen, cells: readonly string[]): ArmAnswer | string => {
    if (kind === "pairs") return cellsToPair(seen, found, layout.sidesAreLetters);
    if (kind === "rankings") return cellToRanking(seen, found.ranking!);
    const shown =
      several.shown.length > 0
        ? several.shown.map((place) => name(cells[place] ?? "")).filter((arm) => arm !== "")
        : armsInCell(found.shown!);
    if (shown === null)
      return `shown is "${found.shown!.slice(0, 60)}" (write a JSON array, or names between semicolons)`;
    return cellsToBestWorst(seen, found, shown);
  };

  return {
    canBeCopied: hasCaption && hasRater,
    read(cells, number) {
      let isWhole = true;
      for (const field of read) {
        const place = places[field];
        if (place === undefined || isListed(field)) continue;
        const text = name(cells[place] ?? "");
        found[field] = text;
        if ((text === "" && !mayBeEmpty.has(field)) || text.includes("\u{FFFD}")) isWhole = false;
      }
      if (!isWhole) return cellsFault(found);
      const { caption = `vote ${number}`, rater = `vote ${number}`, item } = found;
      const seen: Seen = { caption, rater, ...(item === undefined ? {} : { item }) };
      if (kind === "scores") return scoreRows(seen, number, cells);
      if (kind === "ranks") {
        const rank = readScore(found.rank!);
        if (rank === null || rank < 1)
          return `rank is "${found.rank!.slice(0, 60)}" (use 1 for the best, 2 for the next)`;
        return [{ question: found.question || null, ranked: { ...seen, arm: found.arm!, rank }, number }];
      }
      const answer = rowOf(seen, cells);
      if (typeof answer === "string") return answer;
      if (isBothBad(answer)) bothBad++;
      return [{ question: found.question || null, isExcluded: false, answer, once: null, number }];
    },
    notes: () => [
      ...unnamedNotes([hasCaption ? null : "captions", hasRater ? null : "raters"]),
      ...(missing > 0
        ? [`${counted(missing, "score is missing and is", "scores are missing and are")} left out.`]
        : []),
      ...(bothBad > 0 ? [bothBadNote(bothBad, isBothBadTie)] : []),
    ],
  };
}

function unnamedNotes(missing: readonly (string | null)[]): string[] {
  const what = missing.filter((name) => name !== null);
  return what.length === 0
    ? []
    : [
        `The file names no ${what.join(" and no ")}: each vote is treated as independent, so intervals do not account for repeats.`,
      ];
}

function bothBadNote(count: number, isTie: boolean): string {
  const said = `${counted(count, "vote says", "votes say")} that both are bad`;
  return isTie
    ? `${said}: counted as ${count === 1 ? "a tie" : "ties"}, as requested.`
    : `${said}. This is not a tie here: it does not say which is better, and stays out of the ratings. --both-bad tie counts it as a tie, as Arena's leaderboards do.`;
}

/** @param found what a row holds, by field */
function cellsFault(found: Readonly<Cells>): string {
  const fields = voteFields.filter((field) => found[field] !== undefined);
  const empty = fields.filter((field) => found[field] === "" && !mayBeEmpty.has(field));
  if (empty.length > 0) return `${empty.map(fieldName).join(", ")} ${empty.length > 1 ? "are" : "is"} empty`;
  // What a decoder puts in place of bytes that are not UTF-8: two names could become one.
  const foreign = fields.filter((field) => found[field]!.includes("\u{FFFD}"));
  return `${foreign.map(fieldName).join(", ")} ${foreign.length > 1 ? "contain" : "contains"} characters that are not UTF-8`;
}
