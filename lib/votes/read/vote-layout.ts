/** Which column of a file holds what of a vote: our own files, Arena's, FastChat's, and others by their columns' names. */
import { SemblanceError } from "@/lib/errors";
import type { FileRows } from "./file-rows";
import {
  type ColumnMapping,
  columnNames,
  fieldName,
  noColumn,
  optionalFields,
  type VoteField,
  voteFields,
} from "./vote-fields";

/** sealed: written by Semblance, one row per answer of any question type. ranks: a row for each model of a ranking; extremes: the best and the worst. */
export type FileKind = PlainKind | "sealed";
export type PlainKind = "pairs" | "scores" | "rankings" | "ranks" | "extremes";

export type ScoreOwner = "rater" | "arm" | "question";

/** Places of fields among a file's columns; absent: the file does not have the field. */
type Places = Readonly<Partial<Record<VoteField, number>>>;

export type VoteLayout = {
  readonly kind: FileKind;
  readonly places: Places;
  /** Where several columns hold scores, or the arms shown: their places. */
  readonly several: { readonly score: readonly number[]; readonly shown: readonly number[] };
  /** What each of several columns of scores belongs to; null where there are not several. */
  readonly scoreColumnsAre: ScoreOwner | null;
  /** All columns, in lower case, with _ for blanks and hyphens. */
  readonly columns: readonly string[];
  /** As the file writes them. */
  readonly headings: readonly string[];
  /** The columns call the sides a and b, as Arena does, and so may the winner. */
  readonly sidesAreLetters: boolean;
  /** Whether the column of questions was found by its name alone. */
  readonly isQuestionGuessed: boolean;
};

/** By these a file that Semblance wrote is known, and without these it cannot be read. */
const sealMarks = ["question_type", "shown", "row_sha256"] as const;
const sealedColumns = ["caption", "rater", "criterion", "winner"];

/** The fields without which there is no vote. */
export const neededFields: Readonly<Record<PlainKind, readonly VoteField[]>> = {
  pairs: ["caption", "rater", "left", "right", "winner"],
  scores: ["caption", "rater", "arm", "score"],
  rankings: ["caption", "rater", "ranking"],
  ranks: ["caption", "rater", "arm", "rank"],
  extremes: ["caption", "rater", "best", "worst", "shown"],
};

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
  { columns, heading }: Pick<FileRows, "columns" | "heading">,
  mapping: ColumnMapping = {},
): VoteLayout {
  const names = columns.map(simplified);
  const places: Partial<Record<VoteField, number>> = {};
  const without = new Set<VoteField>();
  const found = { score: [] as number[], shown: [] as number[] };
  const unclear: { field: VoteField; columns: string[] }[] = [];
  for (const field of voteFields) {
    const mapped = mapping[field];
    if (mapped === undefined) {
      const guess = guessPlace(field, names);
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
      if (field === "score" || field === "shown") found[field] = all;
    }
  }
  const kind = kindOf(places, names, mapping);
  const scoreColumnsAre = kind === "scores" ? ownersOfScores(found.score, places) : null;
  if (kind === "sealed") assertSealedColumns(names, sealedColumns, heading);
  else {
    if (places.caption === undefined && !without.has("caption")) takeAsCaption(places, names);
    if (scoreColumnsAre) delete places[scoreColumnsAre];
    assertComplete(kind, places, new Set([...without, scoreColumnsAre]), { columns, heading });
    assertClear(kind, unclear, heading);
    assertOnce(places, names, mapping, { columns, heading });
  }
  return {
    kind,
    places,
    several: {
      score: scoreColumnsAre ? found.score : [],
      shown: found.shown.length > 1 ? found.shown : [],
    },
    scoreColumnsAre,
    columns: names,
    headings: columns,
    sidesAreLetters: simplified(columns[places.left ?? -1] ?? "").endsWith("_a"),
    isQuestionGuessed: mapping.question === undefined && places.question !== undefined,
  };
}

/** What a file calls items are its captions where it names no others; so are Arena's questions. */
function takeAsCaption(places: Partial<Record<VoteField, number>>, names: readonly string[]): void {
  const place = places.item ?? names.indexOf("question_id");
  delete places.item;
  if (place >= 0) places.caption = place;
}

/** @throws SemblanceError `invalid_file` where columns of a file that Semblance wrote are missing */
export function assertSealedColumns(
  names: readonly string[],
  needed: readonly string[],
  heading: string,
): void {
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new SemblanceError(
    "invalid_file",
    `${heading} lacks the ${listOf(missing)} of a votes file of Semblance.`,
    { remedy: "Use the file from the published release, or put the columns back." },
  );
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
function ownersOfScores(scores: readonly number[], places: Places): ScoreOwner | null {
  if (scores.length < 2) return null;
  if (places.arm !== undefined) return places.rater === undefined ? "rater" : "question";
  if (places.rater !== undefined) return "arm";
  throw new SemblanceError(
    "invalid_input",
    "--columns names several scores, but the file has no column of models or raters.",
    {
      remedy: "Add model=COLUMN if each score column is one rater's, or rater=COLUMN if each is one model's.",
    },
  );
}

type Heading = { columns: readonly string[]; heading: string };

function assertComplete(
  kind: PlainKind,
  places: Places,
  without: ReadonlySet<VoteField | null>,
  { columns, heading }: Heading,
): void {
  // Arena's files may name neither prompts nor people: each battle is a separate vote.
  const isArena = kind === "pairs" && simplified(columns[places.left ?? -1] ?? "") === "model_a";
  const missing = neededFields[kind].filter(
    (field) =>
      places[field] === undefined && !without.has(field) && !(isArena && optionalFields.includes(field)),
  );
  if (missing.length === 0) return;
  const [first] = missing;
  const none = optionalFields.includes(first!)
    ? ` If it names no ${first}s, ${fieldName(first!)}=${noColumn}.`
    : "";
  throw new SemblanceError("invalid_file", `${heading} lacks the ${listOf(missing.map(fieldName))}.`, {
    remedy: `${kindsText()}; it has: ${columns.join(", ").slice(0, 200)}. If a column has another name, add --columns ${fieldName(first!)}=NAME.${none}`,
  });
}

function kindsText(): string {
  const fieldsOf = (kind: PlainKind) => neededFields[kind].map(fieldName).join(", ");
  return `Pairs need the columns ${fieldsOf("pairs")}; scores ${fieldsOf("scores")}; rankings ${fieldsOf("rankings")}, or ${fieldsOf("ranks")} with a row for each model; best–worst ${fieldsOf("extremes")}`;
}

function assertClear(
  kind: PlainKind,
  unclear: readonly { field: VoteField; columns: string[] }[],
  heading: string,
): void {
  const needed = unclear.find(({ field }) => neededFields[kind].includes(field));
  if (!needed) return;
  const { field, columns } = needed;
  throw new SemblanceError(
    "invalid_file",
    `${heading} has several columns that may be the ${fieldName(field)}: ${columns.join(", ")}.`,
    { remedy: `Say which one it is: --columns ${fieldName(field)}=${columns[0]}` },
  );
}

function assertOnce(
  places: Places,
  names: readonly string[],
  mapping: ColumnMapping,
  { columns, heading }: Heading,
): void {
  for (const field of voteFields) {
    const name = places[field] === undefined ? undefined : names[places[field]];
    if (name === undefined || mapping[field] !== undefined) continue;
    if (names.indexOf(name) === names.lastIndexOf(name)) continue;
    throw new SemblanceError(
      "invalid_file",
      `${heading} names the column ${columns[places[field]!]} twice.`,
      {
        remedy: "Rename or remove one of the two.",
      },
    );
  }
}

function listOf(columns: readonly string[]): string {
  return `column${columns.length > 1 ? "s" : ""} ${columns.join(", ")}`;
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

/** The likeliest column; `others`: columns of other lists of names, where the field's own name is not there. */
function guessPlace(
  field: VoteField,
  names: readonly string[],
): { place: number | null; others: readonly number[] } {
  const firsts = columnNames[field].flatMap((alike) => {
    const name = alike.find((each) => names.includes(each));
    return name === undefined ? [] : [names.indexOf(name)];
  });
  const [place = null, ...others] = firsts;
  return { place, others: place !== null && names[place] === columnNames[field][0]![0] ? [] : others };
}

function simplified(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}
