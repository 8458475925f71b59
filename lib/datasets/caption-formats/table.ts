/** Tables: CSV as spreadsheets and scripts write it, or columns between tabs. */
import { parse } from "csv-parse/sync";
import { type CaptionFormat, captionFields, captionFileError, imageFields } from "./caption-format";

const headRemedy =
  "Add a header row with the columns file_name and caption; text and prompt are accepted instead of caption.";

export const tableFormat: CaptionFormat = {
  extensions: [".csv", ".tsv"],
  description: ".csv or .tsv with the columns file_name and caption",
  read(text, file) {
    // The first line of a spreadsheet's file may do nothing but name the separator.
    const [, separator, table = text] = /^\s*sep=(.)(?:\r\n|\n|\r)([\s\S]*)$/i.exec(text) ?? [];
    const head = /^.*\S.*$/m.exec(table)?.[0];
    if (head === undefined) return [];
    const rows = parseRows(table, file, separator ?? delimiterOf(head, file));
    const columns = (rows[0] ?? []).map((name) => name.trim().toLowerCase());
    const captions = columnsNamed(columns, captionFields);
    if (captions.length !== 1) {
      const found = captions.map((column) => columns[column]).join(" and ");
      throw captionFileError(
        file,
        captions.length === 0
          ? `has no caption column; its columns are ${columns.join(", ")}`
          : `has several caption columns: ${found}`,
        headRemedy,
      );
    }
    const [image] = columnsNamed(columns, imageFields);
    return rows.slice(1).map((row, index) => ({
      image: image === undefined ? null : (row[image] ?? "").trim(),
      isBare: false,
      caption: (row[captions[0]!] ?? "").trim(),
      place: `row ${index + 2}`,
    }));
  },
};

/** The separator by which the first row names a column of captions; spreadsheets of many countries write semicolons. */
function delimiterOf(head: string, file: string): string {
  if (file.toLowerCase().endsWith(".tsv")) return "\t";
  const names = (delimiter: string) =>
    head.split(delimiter).map((name) =>
      name
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .toLowerCase(),
    );
  return [",", ";", "\t"].find((each) => columnsNamed(names(each), captionFields).length > 0) ?? ",";
}

function columnsNamed(columns: readonly string[], names: readonly string[]): number[] {
  return names.map((name) => columns.indexOf(name)).filter((column) => column >= 0);
}

function parseRows(text: string, file: string, delimiter: string): string[][] {
  const options = { delimiter, skip_empty_lines: true, relax_column_count: false };
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
