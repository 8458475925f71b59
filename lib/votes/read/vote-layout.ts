/** Which column of a file holds what of a vote: our own files, Arena's, FastChat's, and others by their columns' names. */
import { SemblanceError } from "@/lib/errors";
import type { FileRows } from "./file-rows";

/** What a vote consists of, by the names that `--columns` uses. */
export const voteFields = [
  "question",
  "caption",
  "rater",
  "left",
  "right",
  "winner",
  "arm",
  "score",
] as const;
export type VoteField = (typeof voteFields)[number];

/** Names under which a field is found, the likeliest first; upper case, blanks and hyphens make no difference. */
const columnNames: Readonly<Record<VoteField, readonly string[]>> = {
  question: ["question", "criterion", "aspect"],
  caption: ["caption", "prompt", "caption_id", "prompt_id", "item", "item_id", "question_id"],
  rater: [
    "rater",
    "rater_id",
    "annotator",
    "annotator_id",
    "worker",
    "worker_id",
    "participant",
    "participant_id",
    "user",
    "user_id",
    "judge",
  ],
  left: ["left", "model_a", "arm_a"],
  right: ["right", "model_b", "arm_b"],
  winner: ["winner", "preference"],
  arm: ["arm", "model", "model_name", "model_type", "system"],
  score: ["score", "rating", "answer"],
};

/** Places of fields among a file's columns; absent: the file does not have the field. */
export type VoteLayout = {
  /** sealed: written by Semblance, one row per answer of any question type. */
  readonly kind: "pairs" | "scores" | "sealed";
  readonly places: Readonly<Partial<Record<VoteField, number>>>;
  /** All columns, in lower case, with _ for blanks and hyphens. */
  readonly columns: readonly string[];
  /** The columns call the sides a and b, as Arena does, and so may the winner. */
  readonly sidesAreLetters: boolean;
};

/** By these a file that Semblance wrote is known, and without these it cannot be read. */
const sealMarks = ["question_type", "shown", "row_sha256"] as const;
const sealedColumns = ["caption", "rater", "criterion", "winner"];

/** The fields without which there is no vote. */
export const neededFields = {
  pairs: ["caption", "rater", "left", "right", "winner"],
  scores: ["caption", "rater", "arm", "score"],
} as const;

/**
 * @param mapping column by field, before all guesses
 * @throws SemblanceError `invalid_file` where the columns are those of no kind of votes, or a name is twice;
 *   `invalid_input` where `mapping` names a column that is not there
 */
export function findLayout(
  { columns, heading }: Pick<FileRows, "columns" | "heading">,
  mapping: Readonly<Partial<Record<VoteField, string>>> = {},
): VoteLayout {
  const names = columns.map(simplified);
  const places: Partial<Record<VoteField, number>> = {};
  for (const field of voteFields) {
    const mapped = mapping[field];
    const place =
      mapped === undefined ? firstOf(columnNames[field], names) : mappedPlace(field, mapped, columns, names);
    if (place >= 0) places[field] = place;
  }
  const isSealed = sealMarks.every((name) => names.includes(name));
  const kind = isSealed ? "sealed" : hasAll(places, ["left", "right", "winner"]) ? "pairs" : kindOf(places);
  if (isSealed) assertSealedColumns(names, sealedColumns, heading);
  assertComplete(kind, places, columns, heading);
  for (const field of voteFields) {
    const name = places[field] === undefined ? undefined : names[places[field]];
    if (
      name !== undefined &&
      mapping[field] === undefined &&
      names.indexOf(name) !== names.lastIndexOf(name)
    ) {
      throw unusable(heading, `names the column ${columns[places[field]!]} twice`, columns);
    }
  }
  const sidesAreLetters = simplified(columns[places.left ?? -1] ?? "").endsWith("_a");
  return { kind, places, columns: names, sidesAreLetters };
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

/** "caption=prompt,rater=annotator" @throws SemblanceError `invalid_input` for a field that there is not */
export function readColumnMapping(text: string): Partial<Record<VoteField, string>> {
  const mapping: Partial<Record<VoteField, string>> = {};
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    const field = voteFields.find((each) => each === part.slice(0, at).trim().toLowerCase());
    const column = part.slice(at + 1).trim();
    if (at < 0 || !field || column === "") {
      throw new SemblanceError("invalid_input", `--columns cannot be read at “${part.trim()}”.`, {
        remedy: `Write FIELD=COLUMN, separated by commas, such as caption=prompt,rater=annotator. Fields are ${voteFields.join(", ")}.`,
      });
    }
    mapping[field] = column;
  }
  return mapping;
}

/** Of a file that does not hold whole pairs: scores where it names them, else pairs that lack something. */
function kindOf(places: VoteLayout["places"]): "pairs" | "scores" {
  const namesPair = places.left !== undefined || places.right !== undefined || places.winner !== undefined;
  return !namesPair && (places.arm !== undefined || places.score !== undefined) ? "scores" : "pairs";
}

function assertComplete(
  kind: VoteLayout["kind"],
  places: VoteLayout["places"],
  columns: readonly string[],
  heading: string,
): void {
  if (kind === "sealed") return;
  // Arena's files may name neither prompts nor people: each battle is a separate vote.
  const isArena = kind === "pairs" && simplified(columns[places.left ?? -1] ?? "") === "model_a";
  const missing = neededFields[kind].filter(
    (field) => places[field] === undefined && !(isArena && (field === "caption" || field === "rater")),
  );
  if (missing.length === 0) return;
  throw unusable(heading, `lacks the ${listOf(missing)}`, columns, missing);
}

function listOf(columns: readonly string[]): string {
  return `column${columns.length > 1 ? "s" : ""} ${columns.join(", ")}`;
}

function unusable(
  heading: string,
  fault: string,
  columns: readonly string[],
  missing: readonly VoteField[] = [],
): SemblanceError {
  const other = missing.length > 0 ? ` If a column has another name, add --columns ${missing[0]}=NAME.` : "";
  return new SemblanceError("invalid_file", `${heading} ${fault}.`, {
    remedy: `Pairs need the columns ${neededFields.pairs.join(", ")}, scores ${neededFields.scores.join(", ")}; it has: ${columns.join(", ").slice(0, 200)}.${other}`,
  });
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
  throw new SemblanceError("invalid_input", `The file has no column “${column}” for ${field}.`, {
    remedy: `It has ${columns.filter((name) => name !== "").join(", ")}.`,
  });
}

function firstOf(wanted: readonly string[], names: readonly string[]): number {
  for (const name of wanted) if (names.includes(name)) return names.indexOf(name);
  return -1;
}

function hasAll(places: VoteLayout["places"], fields: readonly VoteField[]): boolean {
  return fields.every((field) => places[field] !== undefined);
}

function simplified(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}
