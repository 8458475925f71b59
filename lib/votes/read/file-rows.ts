/** The rows of a table in a file, whatever wrote it: CSV with any usual separator, JSON records, JSON lines. */
import { CsvError, parse } from "csv-parse/sync";
import { SemblanceError } from "@/lib/errors";
import { unprotectCell } from "@/lib/text/spreadsheet-cells";

export type FileRows = {
  /** What names the columns: "Line 1 of votes.csv". */
  readonly heading: string;
  /** As written in the first line, without the blanks around them; for JSON the keys of all records. */
  readonly columns: readonly string[];
  /** Cells of the first row, as `each` gives them; none where there is no row. */
  readonly first: readonly string[];
  /** What rows are counted in, from 1: "line 7", or "record 7" of a JSON array. */
  readonly unit: "line" | "record";
  /**
   * Calls `visit` for every row that is not empty, with its cells in the order of `columns`, and the number of the
   * line on which it begins, or of the record.
   */
  readonly each: (visit: (cells: readonly string[], number: number) => void) => void;
};

/** What fits into one string. */
const mostBytes = 500_000_000;

const separators = [",", ";", "\t"] as const;

/**
 * @param fileName how messages call the file
 * @throws SemblanceError `too_large`; `invalid_file`: empty, quotes that do not close, JSON that is broken or holds no records;
 *   from `each` for faults further down
 */
export function readRows(bytes: Uint8Array, fileName: string): FileRows {
  const text = decode(bytes, fileName);
  const start = text.slice(0, 1000).trimStart()[0];
  if (start === undefined && text.trim() === "") throw empty(fileName);
  return start === "[" || start === "{" ? jsonRows(text, fileName) : separatedRows(text, fileName);
}

/** UTF-8, or UTF-16 where a byte order mark says so, as spreadsheets save "Unicode text". */
function decode(bytes: Uint8Array, fileName: string): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  if (bytes.length > mostBytes) {
    throw new SemblanceError("too_large", `${fileName} has more than ${mostBytes / 1e6} MB.`, {
      remedy: "Split it by question or by caption.",
    });
  }
  const text = new TextDecoder(encoding).decode(bytes);
  const nul = text.indexOf("\0");
  if (nul < 0) return text;
  const line = text.slice(0, nul).split("\n").length;
  throw new SemblanceError(
    "invalid_file",
    `${fileName} contains NUL characters, the first on line ${line}.`,
    {
      remedy: "It is not a text file, or UTF-16 without a byte order mark. Save it as UTF-8.",
    },
  );
}

function separatedRows(whole: string, fileName: string): FileRows {
  // A spreadsheet's own way of naming the separator.
  const hint = /^sep=(.)\r?\n/.exec(whole);
  const text = hint ? whole.slice(hint[0].length) : whole;
  const separator = hint?.[1] ?? findSeparator(text);
  const firstLine = hint ? 2 : 1;
  const rows = parseCells(text, separator, fileName, firstLine);
  const header = rows.findIndex((cells) => !isBlank(cells));
  if (header < 0) throw empty(fileName);
  // A row in several lines has the first one's number.
  let number = firstLine;
  for (const cells of rows.slice(0, header)) number += 1 + countLineBreaks(cells);
  const headerLine = number;
  return {
    heading: `Line ${headerLine} of ${fileName}`,
    unit: "line",
    columns: rows[header]!.map((cell) => cell.trim()),
    first: (rows.slice(header + 1).find((cells) => !isBlank(cells)) ?? []).map(unprotectCell),
    each: (visit) => {
      number = headerLine + 1 + countLineBreaks(rows[header]!);
      for (let i = header + 1; i < rows.length; i++) {
        const cells = rows[i]!;
        const own = number;
        number += 1 + countLineBreaks(cells);
        if (isBlank(cells)) continue;
        visit(cells.map(unprotectCell), own);
      }
    },
  };
}

/** As the last rows and columns of a spreadsheet. */
function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === "");
}

function parseCells(text: string, delimiter: string, fileName: string, firstLine: number): string[][] {
  try {
    // Rows that were put together from several files may end in several ways.
    return parse(text, { delimiter, relax_column_count: true, record_delimiter: ["\r\n", "\n", "\r"] });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new SemblanceError(
      "invalid_file",
      `${fileName} is not valid CSV on line ${Number(error.lines) + firstLine - 1}.`,
      { remedy: 'Close every quotation mark, and double those inside a quoted field ("").', cause: error },
    );
  }
}

/** The separator that the first line holds most often outside quotes; a comma where it holds none. */
function findSeparator(text: string): string {
  const header = /^\s*((?:"(?:[^"]|"")*"|[^"\n\r])*)/.exec(text)?.[1] ?? "";
  const bare = header.replace(/"(?:[^"]|"")*"/g, "");
  const counts = separators.map((separator) => bare.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))]!;
}

function jsonRows(text: string, fileName: string): FileRows {
  const { unit, values } = jsonValues(text, fileName);
  if (values.length === 0) throw empty(fileName);
  const records = values.map(({ value, number }) => ({
    record: asRecord(value, `${fileName}, ${unit} ${number}`),
    number,
  }));
  const columns = [...new Set(records.flatMap(({ record }) => Object.keys(record)))];
  const cellsOf = (record: JsonRecord) => columns.map((column) => toCell(record[column]));
  return {
    heading: `The records of ${fileName}`,
    unit,
    columns,
    first: cellsOf(records[0]!.record),
    each: (visit) => {
      for (const { record, number } of records) visit(cellsOf(record), number);
    },
  };
}

type Numbered = { value: unknown; number: number };

/** An array, an object that holds one or names its records, or values on lines of their own. */
function jsonValues(text: string, fileName: string): { unit: FileRows["unit"]; values: Numbered[] } {
  const numbered = (values: readonly unknown[]) => ({
    unit: "record" as const,
    values: values.map((value, index) => ({ value, number: index + 1 })),
  });
  if (text.trimStart().startsWith("[")) return numbered(parseJson(text, fileName) as unknown[]);
  const whole = namedRecords(text);
  if (whole !== null) return numbered(whole);
  const values = text.split("\n").flatMap((line, index) => {
    const number = index + 1;
    return line.trim() === "" ? [] : { value: parseJson(line, fileName, ` on line ${number}`, text), number };
  });
  return { unit: "line", values };
}

/** What names records of an object of records, as a column. */
const nameOfRecord = "key";

/** Of {"data": [{…}, …]} the array; of {"a": {…}, "b": {…}} the records with their names; null for any other text. */
function namedRecords(text: string): readonly unknown[] | null {
  if (!isJson(text)) return null;
  const entries = Object.entries(JSON.parse(text) as JsonRecord);
  const [only] = entries;
  if (entries.length === 1 && Array.isArray(only![1])) return only![1];
  if (entries.length < 2 || !entries.every(([, value]) => isRecord(value))) return null;
  return entries.map(([name, value]) => ({ [nameOfRecord]: name, ...(value as JsonRecord) }));
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @param whole text of the file, of which `text` may be a line */
function parseJson(text: string, fileName: string, where = "", whole = text): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (where !== "" && isJson(whole)) {
      throw new SemblanceError("invalid_file", `${fileName} is one JSON object.`, {
        remedy: "Use a JSON array of objects, or one object per line, one for each vote.",
      });
    }
    throw new SemblanceError("invalid_file", `${fileName} is not valid JSON${where}.`, {
      remedy: "Give a JSON array of objects, or one object per line.",
      cause,
    });
  }
}

function asRecord(value: unknown, where: string): JsonRecord {
  if (isRecord(value)) return value;
  throw new SemblanceError("invalid_file", `${where} is not a JSON object.`, {
    remedy: "Use a JSON array of objects, or one object per line, one for each vote.",
  });
}

function isRecord(value: unknown): value is JsonRecord {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function toCell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function empty(fileName: string): SemblanceError {
  return new SemblanceError("invalid_file", `${fileName} is empty.`, {
    remedy: "Give a file with a row of column names and one row per vote.",
  });
}

function countLineBreaks(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) count++;
  }
  return count;
}
