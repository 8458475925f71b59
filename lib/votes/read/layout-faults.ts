/** Why the columns of a file are those of no votes, in words. */
import { SemblanceError } from "@/lib/errors";
import { neededFields, type Places, type PlainKind } from "./file-kinds";
import {
  type ColumnMapping,
  fieldName,
  noColumn,
  optionalFields,
  simplified,
  type VoteField,
  voteFields,
} from "./vote-fields";

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

type Heading = { columns: readonly string[]; heading: string };

export function assertComplete(
  kind: PlainKind,
  places: Places,
  without: ReadonlySet<VoteField | null>,
  { columns, heading }: Heading,
): void {
  // Arena's files may name neither prompts nor people: each battle is a separate vote.
  const isArena = kind === "pairs" && simplified(columns[places.left ?? -1] ?? "") === "model_a";
  const isGivenUp = (field: VoteField) => without.has(field) && (field !== "arm" || kind === "scores");
  const missing = neededFields[kind].filter(
    (field) =>
      places[field] === undefined && !isGivenUp(field) && !(isArena && optionalFields.includes(field)),
  );
  if (missing.length === 0) return;
  const [first] = missing;
  const none = optionalFields.includes(first!)
    ? ` If it names no ${fieldName(first!)}s, ${fieldName(first!)}=${noColumn}.`
    : "";
  throw new SemblanceError("invalid_file", `${heading} lacks the ${listOf(missing.map(fieldName))}.`, {
    remedy: `${kindsText()}; it has: ${columns.join(", ").slice(0, 200)}. If a column has another name, add --columns ${fieldName(first!)}=NAME.${none}`,
  });
}

function kindsText(): string {
  const fieldsOf = (kind: PlainKind) => neededFields[kind].map(fieldName).join(", ");
  return `Pairs need the columns ${fieldsOf("pairs")}; scores ${fieldsOf("scores")} (in several columns: score=A,score=B); rankings ${fieldsOf("rankings")}, or ${fieldsOf("ranks")} with a row for each model; best–worst ${fieldsOf("extremes")}`;
}

export function assertClear(
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

export function assertOnce(
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
