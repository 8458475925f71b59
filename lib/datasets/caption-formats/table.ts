/** Tables: CSV as spreadsheets and scripts write it, or columns between tabs. */
import { parse } from "csv-parse/sync";
import {
  type CaptionFormat,
  type ChosenColumns,
  captionFileError,
  findColumns,
  readCategories,
} from "./caption-format";
import { readExportedSplit, splitColumn } from "./exported-fields";

const headRemedy =
  "Add a header row with the columns file_name and caption; text and prompt are accepted instead of caption.";

export const tableFormat: CaptionFormat = {
  extensions: [".csv", ".tsv"],
  description: ".csv or .tsv with the columns file_name and caption",
  columns(text, file) {
    return (parseTable(text, file, {}, 1)[0] ?? []).map((name) => name.trim());
  },
  read(text, file, chosen) {
    const [head = [], ...rows] = parseTable(text, file, chosen);
    const names = head.map((name) => name.trim());
    const { captions, image, missing } = findColumns(names, chosen);
    if (names.length === 0) return [];
    if (missing.length > 0) {
      throw captionFileError(
        file,
        `has no column ${missing[0]}; its columns are ${names.join(", ")}`,
        "Choose one of them.",
      );
    }
    if (captions.length === 0 || (captions.length > 1 && chosen.captions === undefined)) {
      throw captionFileError(
        file,
        captions.length === 0
          ? `has no caption column; its columns are ${names.join(", ")}`
          : `has several caption columns: ${captions.join(" and ")}`,
        headRemedy,
      );
    }
    const at = (name: string) => names.indexOf(name);
    const split = splitColumn(names);
    return rows.flatMap((row, index) =>
      captions.map((caption) => ({
        ...readCategories(names, (name) => row[at(name)], chosen),
        ...(split === undefined ? {} : readExportedSplit(row[at(split)]?.trim())),
        image: image === undefined ? null : (row[at(image)] ?? "").trim(),
        isBare: false,
        caption: (row[at(caption)] ?? "").trim(),
        place: `row ${index + 2}`,
      })),
    );
  },
};

/** @param mostRows absent: all */
function parseTable(text: string, file: string, chosen: ChosenColumns, mostRows?: number): string[][] {
  // The first line of a spreadsheet's file may do nothing but name the separator.
  const [, separator, table = text] = /^\s*sep=(.)(?:\r\n|\n|\r)([\s\S]*)$/i.exec(text) ?? [];
  const head = /^.*\S.*$/m.exec(table)?.[0];
  if (head === undefined) return [];
  return parseRows(table, file, separator ?? delimiterOf(head, file, chosen), mostRows);
}

/** The separator by which the first row names a column of captions; spreadsheets of many countries write semicolons. */
function delimiterOf(head: string, file: string, chosen: ChosenColumns): string {
  if (file.toLowerCase().endsWith(".tsv")) return "\t";
  const names = (delimiter: string) =>
    head.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  const known = [",", ";", "\t"].find((each) => findColumns(names(each), chosen).captions.length > 0);
  return known ?? ",";
}

function parseRows(text: string, file: string, delimiter: string, mostRows: number | undefined): string[][] {
  const options = {
    delimiter,
    skip_empty_lines: true,
    relax_column_count: false,
    ...(mostRows === undefined ? {} : { to: mostRows }),
  };
  try {
    if (delimiter !== "\t") return parse(text, options);
    try {
      const rows: string[][] = parse(text, { ...options, relax_quotes: true });
      if (!rows.flat().some((cell) => cell.includes("\t"))) return rows;
    } catch {
      // Parsed below.
    }
    // Tabs need no quotes. One that never closes, or that would take in the next column, is a mark of inches.
    return parse(text, { ...options, quote: false });
  } catch (error) {
    throw captionFileError(file, `is not a table: ${(error as Error).message}`, "Correct the row.");
  }
}
