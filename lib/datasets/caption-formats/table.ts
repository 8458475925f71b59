/** Tables: CSV as spreadsheets and scripts write it, or columns between tabs. */
import { parse } from "csv-parse/sync";
import { type CaptionFormat, captionFields, captionFileError, imageFields } from "./caption-format";

const headRemedy =
  "Give it a first row with the columns file_name and caption; text and prompt are understood in place of caption.";

export const tableFormat: CaptionFormat = {
  extensions: [".csv", ".tsv"],
  description: ".csv or .tsv with the columns file_name and caption",
  read(text, file) {
    const [head = "", ...rest] = text.split(/\r\n|\n|\r/);
    if (head.trim() === "" && rest.every((line) => line.trim() === "")) return [];
    const rows = parseRows(text, file, delimiterOf(head, file));
    const columns = (rows[0] ?? []).map((name) => name.trim().toLowerCase());
    const captions = columnsNamed(columns, captionFields);
    if (captions.length !== 1) {
      const found = captions.map((column) => columns[column]).join(" and ");
      throw captionFileError(
        file,
        captions.length === 0
          ? `has no column of captions; its columns are ${columns.join(", ")}`
          : `has several columns of captions: ${found}`,
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
  try {
    return parse(text, {
      delimiter,
      skip_empty_lines: true,
      relax_column_count: false,
      // Tabs need no quotes, so that one within a text is a mark of inches.
      relax_quotes: delimiter === "\t",
    });
  } catch (error) {
    throw captionFileError(file, `is no table: ${(error as Error).message}`, "Correct the row.");
  }
}
