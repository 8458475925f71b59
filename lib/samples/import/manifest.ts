/** Tables that say of generated images which caption each is for, and whatever else their generator wrote down. */
import { parse } from "csv-parse/sync";
import { imageFields } from "@/lib/datasets/caption-formats/caption-format";
import { decodeText } from "@/lib/datasets/decode-text";
import { extensionOf, folderOf } from "@/lib/datasets/file-names";
import type { SourceFile } from "@/lib/datasets/sources/source-file";
import { SemblanceError } from "@/lib/errors";
import { manifestExtensions } from "./sample-import-fields";

export type ManifestRow = {
  /** Such as "row 3", for messages. */
  readonly place: string;
  /** By the name of the column; empty cells are left out. */
  readonly cells: ReadonlyMap<string, string>;
};

export type Manifest = {
  /** Its path within the files, for messages. */
  readonly file: string;
  /** Its folder, ending in "/"; empty where it is at the top or comes from elsewhere. */
  readonly folder: string;
  readonly columns: readonly string[];
  readonly rows: readonly ManifestRow[];
};

const usualNames = ["manifest", "metadata", "images", "samples", "prompts", "captions"];

/**
 * The manifest among files: the only table, or the one with a usual name; tables that share a stem with an image are said of
 * that image alone.
 */
export function findManifest(tables: readonly SourceFile[]): SourceFile | null {
  if (tables.length === 1) return tables[0]!;
  const baseName = (path: string) => path.slice(folderOf(path).length).toLowerCase();
  for (const name of usualNames) {
    const found = tables.filter(({ path }) => baseName(path).startsWith(`${name}.`));
    if (found.length === 1) return found[0]!;
  }
  return null;
}

/** @throws SemblanceError `invalid_file` naming the file, and the row where it is no such table */
export function readManifest(file: string, bytes: Uint8Array, folder: string): Manifest {
  const text = decodeText(file, bytes);
  const extension = extensionOf(file);
  const records =
    extension === ".json"
      ? readJson(file, text)
      : extension === ".jsonl" || extension === ".ndjson"
        ? readJsonLines(file, text)
        : extension === ".csv" || extension === ".tsv"
          ? readTable(file, text, extension)
          : null;
  if (records === null) {
    throw manifestError(
      file,
      "is not a table",
      `Give a manifest as one of ${manifestExtensions.join(", ")}.`,
    );
  }
  const rows = records.map(({ place, record }) => ({ place, cells: toCells(record) }));
  if (rows.length === 0) throw manifestError(file, "has no rows", "Write a row for each image.");
  return { file, folder, columns: [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))], rows };
}

/** @throws SemblanceError `invalid_input` where the manifest has none that was asked for, or none that is known */
export function imageColumnOf({ file, columns }: Manifest, wanted: string): string {
  return wanted === ""
    ? (columnNamed(columns, [...imageFields, "image_file"]) ??
        refuseColumns(file, columns, "images", imageFields))
    : (columnNamed(columns, [wanted]) ?? refuseColumn(file, columns, wanted, "imageColumn"));
}

export function columnNamed(columns: readonly string[], names: readonly string[]): string | undefined {
  return names
    .map((name) => columns.find((column) => column.toLowerCase() === name.toLowerCase()))
    .find((column) => column !== undefined);
}

export function refuseColumn(file: string, columns: readonly string[], wanted: string, field: string): never {
  throw new SemblanceError("invalid_input", `${file} has no column “${wanted}”.`, {
    remedy: `Its columns are ${columns.join(", ")}.`,
    details: { field },
  });
}

export function refuseColumns(
  file: string,
  columns: readonly string[],
  what: string,
  usual: readonly string[],
): never {
  throw new SemblanceError("invalid_input", `${file} has no column of ${what} that is known by its name.`, {
    remedy: `Its columns are ${columns.join(", ")}. Say which one it is, or call it ${usual[0]}.`,
  });
}

type PlacedRecord = { place: string; record: Record<string, unknown> };

function readTable(file: string, text: string, extension: string): PlacedRecord[] {
  const head = /^.*\S.*$/m.exec(text)?.[0] ?? "";
  const count = (delimiter: string) => head.split(delimiter).length;
  const delimiter =
    extension === ".tsv" ? "\t" : [",", ";", "\t"].reduce((a, b) => (count(b) > count(a) ? b : a));
  let rows: string[][];
  try {
    rows = parse(text, { delimiter, skip_empty_lines: true, quote: delimiter === "\t" ? false : '"' });
  } catch (error) {
    throw manifestError(file, `is not a table: ${(error as Error).message}`, "Correct the row.");
  }
  const [columns = [], ...rest] = rows;
  const names = columns.map((name) => name.trim());
  const twice = names.find((name, at) => name !== "" && names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw manifestError(file, `has two columns “${twice}”`, "Give each column a name of its own.");
  }
  return rest.map((cells, at) => ({
    place: `row ${at + 2}`,
    record: Object.fromEntries(names.map((name, column) => [name, cells[column]])),
  }));
}

function readJson(file: string, text: string): PlacedRecord[] {
  const content = parseJson(file, text, "");
  if (Array.isArray(content)) {
    return content.map((record, at) => ({
      place: `entry ${at + 1}`,
      record: asRecord(file, record, `entry ${at + 1}`),
    }));
  }
  return Object.entries(asRecord(file, content, "its object")).map(([name, value]) => ({
    place: `“${name}”`,
    record:
      typeof value === "string"
        ? { file_name: name, caption: value }
        : { file_name: name, ...asRecord(file, value, `“${name}”`) },
  }));
}

function readJsonLines(file: string, text: string): PlacedRecord[] {
  return text.split(/\r\n|\n|\r/).flatMap((line, at) => {
    if (line.trim() === "") return [];
    const place = `line ${at + 1}`;
    return [{ place, record: asRecord(file, parseJson(file, line, ` in ${place}`), place) }];
  });
}

function parseJson(file: string, text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw manifestError(file, `is not valid JSON${where} (${(error as Error).message})`, "Correct it there.");
  }
}

function asRecord(file: string, value: unknown, place: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw manifestError(file, `has no object in ${place}`, "Give each image as an object of its fields.");
}

function toCells(record: Record<string, unknown>): Map<string, string> {
  const cells = Object.entries(record).map(([name, value]): [string, string] => [
    name.trim(),
    typeof value === "string" ? value.trim() : (JSON.stringify(value ?? "") ?? ""),
  ]);
  return new Map(cells.filter(([name, value]) => name !== "" && value !== "" && value !== '""'));
}

function manifestError(file: string, what: string, remedy: string): SemblanceError {
  return new SemblanceError("invalid_file", `${file} ${what}.`, { remedy });
}
