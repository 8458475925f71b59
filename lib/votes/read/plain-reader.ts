/** What one row says in files of other tools: pairs, scores, rankings, or best and worst. */
import { armsInCell } from "@/lib/questions/arms-in-cell";
import { cellsToBestWorst } from "@/lib/questions/best-worst/plain-file";
import {
  cellsToScore,
  isMissingScore,
  type ScoreScale,
  widestScale,
} from "@/lib/questions/likert/plain-file";
import { cellsToPair, isBothBad, sharesToWinner } from "@/lib/questions/pair/plain-file";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { cellToRanking } from "@/lib/questions/ranking/plain-file";
import { counted } from "@/lib/text/counted";
import { readNumber } from "@/lib/text/read-number";
import { neededFields, type PlainKind } from "./file-kinds";
import { type CellValue, cellValues } from "./listed-values";
import { names, type ReadRow, type RowReader } from "./row-reader";
import { fieldName, isRepeatable, noColumn, type VoteField, voteFields } from "./vote-fields";
import type { VoteLayout } from "./vote-layout";

/** Fields that may be empty in any row. */
const mayBeEmpty: ReadonlySet<VoteField> = new Set(["question", "score"]);

/** The one model of a file that names none. */
const unnamedArm = "all images";

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
  const { kind, places, several, scoreColumnsAre, cellsHold, placesAreRaters } = layout;
  const name = names();
  const read: readonly VoteField[] = [...neededFields[kind], "question", "item"];
  const isListed = (field: VoteField) => isRepeatable(field) && several[field].length > 0;
  // Filled again by every row.
  const found: Cells = {};
  const hasCaption = places.caption !== undefined;
  const hasRater = places.rater !== undefined || scoreColumnsAre === "rater" || placesAreRaters;
  let missing = 0;
  let bothBad = 0;
  let weighed = 0;

  /** What a cell of scores or ranks holds, and whose it is. */
  const valuesIn = (cell: string, owner: Cells): CellValue[] | string => {
    if (cellsHold === "one") return [{ text: cell }];
    const { arm, rater } = { ...found, ...owner };
    return cellValues(cell, {
      ...(arm === undefined ? {} : { arm }),
      ...(rater === undefined ? {} : { rater }),
    });
  };

  const scoreRows = (seen: Seen, number: number, cells: readonly string[]): ReadRow[] | string => {
    const rows: ReadRow[] = [];
    for (const place of several.score.length > 0 ? several.score : [places.score!]) {
      const owner = scoreColumnsAre ? { [scoreColumnsAre]: name(layout.headings[place]!) } : {};
      const where = scoreColumnsAre ? `${layout.headings[place]}: ` : "";
      const values = valuesIn(name(cells[place] ?? ""), owner);
      if (typeof values === "string") return `${where}${values}`;
      for (const [at, { text, arm, rater }] of values.entries()) {
        const own: Cells = {
          ...found,
          ...owner,
          ...(arm === undefined ? {} : { arm: name(arm) }),
          ...(rater === undefined ? {} : { rater }),
        };
        if (isMissingScore(text)) {
          missing++;
          continue;
        }
        const unnamed = values.length > 1 ? `${seen.rater}, ${at + 1}` : seen.rater;
        const judge = hasRater ? (own.rater ?? seen.rater) : unnamed;
        const answer = cellsToScore(
          { ...seen, rater: judge },
          { arm: own.arm ?? unnamedArm, score: text },
          scale,
        );
        if (typeof answer === "string") return `${where}${answer}`;
        const once =
          hasRater && hasCaption
            ? JSON.stringify([own.question, seen.caption, seen.item, own.arm, answer.rater])
            : null;
        rows.push({ question: own.question || null, isExcluded: false, answer, once, number });
      }
    }
    return rows;
  };

  const rankRows = (seen: Seen, number: number): ReadRow[] | string => {
    const values = valuesIn(found.rank!, {});
    if (typeof values === "string") return values;
    // Rows of a caption are one ranking where they name no rater, but each list is one of its own.
    const rater = hasRater || cellsHold !== "one" ? seen.rater : `vote ${seen.caption}`;
    const rows: ReadRow[] = [];
    for (const { text, arm = found.arm ?? "" } of values) {
      const rank = readNumber(text);
      if (rank === null || rank < 0) {
        return `rank is "${text.slice(0, 60)}" (use 1 for the best, 2 for the next)`;
      }
      rows.push({
        question: found.question || null,
        ranked: { ...seen, rater, arm: name(arm), rank },
        number,
      });
    }
    return rows;
  };

  const pairOf = (seen: Seen, cells: readonly string[]): ArmAnswer | string => {
    if (several.winner.length === 0) return cellsToPair(seen, found, layout.sides);
    const shares = several.winner.map((place) => name(cells[place] ?? ""));
    const told = sharesToWinner(shares);
    if (typeof told === "string") return told;
    if (!shares.every((share) => [0, 0.5, 1].includes(readNumber(share)!))) weighed++;
    return cellsToPair(seen, { ...found, ...told }, null);
  };

  const rowOf = (seen: Seen, cells: readonly string[]): ArmAnswer | string => {
    if (kind === "pairs") return pairOf(seen, cells);
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
      if (kind === "ranks") return rankRows(seen, number);
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
      ...(placesAreRaters
        ? [
            `Cells of ${layout.headings[places.score!]} hold several scores: the first of each is taken as one rater's, the second as another's, and so on. --columns rater=${noColumn} takes each as independent.`,
          ]
        : []),
      ...(weighed > 0
        ? [
            `${counted(weighed, "row weighs", "rows weigh")} the two sides: the heavier counts as the winner of one vote, whatever the difference.`,
          ]
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
