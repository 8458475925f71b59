/** Which column of a file holds what of a vote: our own files, Arena's, FastChat's, and others by their columns' names. */
import { SemblanceError } from "@/lib/errors";
import type { FileKind, Places, PlainKind } from "./file-kinds";
import type { FileRows } from "./file-rows";
import { assertClear, assertComplete, assertOnce, assertSealedColumns } from "./layout-faults";
import { listedValues } from "./listed-values";
import {
  type ColumnMapping,
  columnNames,
  fieldName,
  isRepeatable,
  noColumn,
  optionalFields,
  type RepeatableField,
  simplified,
  type VoteField,
  voteFields,
  winnerColumns,
} from "./vote-fields";

export type ScoreOwner = "rater" | "arm" | "question";

export type VoteLayout = {
  readonly kind: FileKind;
  readonly places: Places;
  /** Where several columns hold scores, the arms shown, or who won: their places. */
  readonly several: Readonly<Record<RepeatableField, readonly number[]>>;
  /** What each of several columns of scores belongs to; null where there are not several. */
  readonly scoreColumnsAre: ScoreOwner | null;
  /** Several values in the cell of a score or a rank: in a list, or by model. */
  readonly cellsHold: "one" | "list" | "models";
  /** Whether nothing but the place in such a list says whose a value is. */
  readonly placesAreRaters: boolean;
  /** All columns, in lower case, with _ for blanks and hyphens. */
  readonly columns: readonly string[];
  /** As the file writes them. */
  readonly headings: readonly string[];
  /** What the columns call the sides, and so may the winner: a and b, as Arena does, or 1 and 2. */
  readonly sides: readonly [string, string] | null;
  /** Whether the column of questions was found by its name alone. */
  readonly isQuestionGuessed: boolean;
};

/** By these a file that Semblance wrote is known, and without these it cannot be read. */
const sealMarks = ["question_type", "shown", "row_sha256"] as const;
const sealedColumns = ["caption", "rater", "criterion", "winner"];

/** Of the kinds of files, by what `--columns` names; the first that fits. */
const tellingFields: readonly [PlainKind, readonly VoteField[]][] = [
  ["pairs", ["left", "right", "winner"]],
  ["extremes", ["best", "worst"]],
  ["rankings", ["ranking"]],
  ["ranks", ["rank"]],
  ["scores", ["score"]],
];

/**
 * @param mapping columns by field, before all guesses
 * @throws SemblanceError `invalid_file` where the columns are those of no kind of votes, a name is twice, or two columns
 *   could be meant; `invalid_input` where `mapping` names a column that is not there, or contradicts itself
 */
export function findLayout(
  { columns, heading, first }: Pick<FileRows, "columns" | "heading" | "first">,
  mapping: ColumnMapping = {},
): VoteLayout {
  const names = columns.map(simplified);
  const places: Partial<Record<VoteField, number>> = {};
  const without = new Set<VoteField>();
  const claimed = new Set(Object.values(mapping).flat().map(simplified));
  const found: Record<RepeatableField, number[]> = { score: [], shown: [], winner: [] };
  const unclear: { field: VoteField; columns: string[] }[] = [];
  for (const field of voteFields) {
    const mapped = mapping[field];
    if (mapped === undefined) {
      const guess = guessPlace(field, names, claimed);
      if (guess.place !== null) places[field] = guess.place;
      if (guess.others.length > 0) {
        unclear.push({
          field,
          columns: [guess.place!, ...guess.others].map((place) => columns[place]!),
        });
      }
    } else if (optionalFields.includes(field) && mapped[0] === noColumn && !columns.includes(noColumn)) {
      without.add(field);
    } else {
      const all = mapped.map((column) => mappedPlace(field, column, columns, names));
      places[field] = all[0]!;
      if (isRepeatable(field)) found[field] = all;
    }
  }
  if (places.winner === undefined) {
    const together = winnerColumns.find((all) => all.every((name) => names.includes(name))) ?? [];
    found.winner = together.map((name) => names.indexOf(name));
    if (together.length > 0) places.winner = found.winner[0]!;
  }
  const kind = kindOf(places, names, mapping);
  const isListable = kind === "scores" || kind === "ranks";
  const cellsHold = isListable
    ? valuesOf(first[places[kind === "ranks" ? "rank" : "score"] ?? -1] ?? "")
    : "one";
  const namesRaters = places.rater !== undefined || without.has("rater");
  const scoreColumnsAre =
    kind === "scores"
      ? ownersOfScores(found.score, {
          models: places.arm !== undefined || without.has("arm") || cellsHold === "models",
          raters: namesRaters || cellsHold === "list",
        })
      : null;
  const placesAreRaters =
    kind === "scores" && cellsHold !== "one" && !namesRaters && scoreColumnsAre !== "rater";
  if (kind === "sealed") assertSealedColumns(names, sealedColumns, heading);
  else {
    if (places.caption === undefined && !without.has("caption")) takeAsCaption(places, names);
    if (scoreColumnsAre) delete places[scoreColumnsAre];
    const inCells: VoteField[] = [
      ...(cellsHold === "models" ? (["arm"] as const) : []),
      ...(placesAreRaters ? (["rater"] as const) : []),
    ];
    assertComplete(kind, places, new Set([...without, ...inCells, scoreColumnsAre]), { columns, heading });
    assertClear(kind, unclear, heading);
    assertOnce(places, names, mapping, { columns, heading });
  }
  return {
    kind,
    places,
    several: {
      score: scoreColumnsAre ? found.score : [],
      shown: found.shown.length > 1 ? found.shown : [],
      winner: found.winner.length > 1 ? found.winner : [],
    },
    scoreColumnsAre,
    cellsHold,
    placesAreRaters,
    columns: names,
    headings: columns,
    sides: sidesOf(columns[places.left ?? -1] ?? "", columns[places.right ?? -1] ?? ""),
    isQuestionGuessed: mapping.question === undefined && places.question !== undefined,
  };
}

/** What a file calls items are its captions where it names no others; so are Arena's questions. */
function takeAsCaption(places: Partial<Record<VoteField, number>>, names: readonly string[]): void {
  const place = places.item ?? names.indexOf("question_id");
  delete places.item;
  if (place >= 0) places.caption = place;
}

/** What a mapping says of the kind comes before what columns look like. */
function kindOf(places: Places, names: readonly string[], mapping: ColumnMapping): FileKind {
  const mapped = tellingFields.find(([, fields]) => fields.some((field) => mapping[field] !== undefined));
  if (mapped) return mapped[0];
  if (sealMarks.every((name) => names.includes(name))) return "sealed";
  const whole = tellingFields.find(([, fields]) => fields.every((field) => places[field] !== undefined));
  if (whole) return whole[0] === "ranks" && places.score !== undefined ? "scores" : whole[0];
  // Of a file that holds nothing whole: scores where it names arms alone, else pairs that lack something.
  const namesPair = places.left !== undefined || places.right !== undefined || places.winner !== undefined;
  return !namesPair && places.arm !== undefined ? "scores" : "pairs";
}

/** Several columns of scores are one for each of what the file has no column of. */
function ownersOfScores(
  scores: readonly number[],
  isKnown: { readonly models: boolean; readonly raters: boolean },
): ScoreOwner | null {
  if (scores.length < 2) return null;
  if (isKnown.models) return isKnown.raters ? "question" : "rater";
  if (isKnown.raters) return "arm";
  throw new SemblanceError(
    "invalid_input",
    "--columns names several scores, but the file has no column of models or raters.",
    {
      remedy: `Add model=COLUMN if each score column is one rater's, or rater=COLUMN if each is one model's; ${noColumn} instead of COLUMN if there is none.`,
    },
  );
}

function mappedPlace(
  field: VoteField,
  column: string,
  columns: readonly string[],
  names: readonly string[],
): number {
  const exact = columns.indexOf(column);
  const place = exact >= 0 ? exact : names.indexOf(simplified(column));
  if (place >= 0) return place;
  throw new SemblanceError("invalid_input", `The file has no column “${column}” for ${fieldName(field)}.`, {
    remedy: `It has ${columns.filter((name) => name !== "").join(", ")}.`,
  });
}

/** Suffixes of columns that tell two sides apart. */
const sideSuffixes: readonly (readonly [string, string])[] = [
  ["a", "b"],
  ["1", "2"],
  ["0", "1"],
];

function sidesOf(left: string, right: string): VoteLayout["sides"] {
  const [one, other] = [simplified(left), simplified(right)];
  return (
    sideSuffixes.find(
      ([a, b]) => one.endsWith(a) && other.endsWith(b) && one.slice(0, -1) === other.slice(0, -1),
    ) ?? null
  );
}

/** @param cell of the file's first row */
function valuesOf(cell: string): VoteLayout["cellsHold"] {
  const values = listedValues(cell);
  return values === null ? "one" : Array.isArray(values) ? "list" : "models";
}

/** The likeliest column that is not claimed for another field; `others`: columns of other lists of names, where the field's own name is not there. */
function guessPlace(
  field: VoteField,
  names: readonly string[],
  claimed: ReadonlySet<string>,
): { place: number | null; others: readonly number[] } {
  const firsts = columnNames[field].flatMap((alike) => {
    const name = alike.find((each) => names.includes(each) && !claimed.has(each));
    return name === undefined ? [] : [names.indexOf(name)];
  });
  const [place = null, ...others] = firsts;
  return { place, others: place !== null && names[place] === columnNames[field][0]![0] ? [] : others };
}
