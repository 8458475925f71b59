/** What an import would read: which column as what, the first rows, and every row that it would refuse. */
import { SemblanceError } from "@/lib/errors";
import { formFiles } from "@/lib/platform/server-files/file-access";
import { questionTypes } from "@/lib/questions/question-types";
import { readRows } from "../read/file-rows";
import type { BadRow } from "../read/vote-file";
import type { RatingsFile } from "./import-fields";
import { checkImport } from "./plan-import";
import { readRatingsFile, readRatingsSource } from "./read-ratings-file";

export type RatingsPreview = {
  readonly fileName: string;
  /** Which column is read as what; empty for files that Semblance wrote. */
  readonly columns: Readonly<Record<string, string>>;
  readonly questions: readonly {
    readonly question: string | null;
    /** What its answers are called, such as "votes". */
    readonly answersAre: string;
    readonly answers: number;
    readonly models: readonly string[];
    readonly captions: number;
    readonly raters: number;
  }[];
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
};

/** Why a file is refused, with the rows at fault. */
export type RatingsRefusal = {
  readonly message: string;
  readonly remedy: string | null;
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  /** The file's columns; empty where it is no table. */
  readonly headings: readonly string[];
};

const shownRows = 5;
const longestCell = 200;

/** @throws SemblanceError as `readRatingsFile`, but for faults of the file's contents */
export async function previewRatings(
  file: RatingsFile,
): Promise<RatingsPreview | { refusal: RatingsRefusal }> {
  try {
    const { fileName, bytes, votes } = await readRatingsFile(file);
    checkImport(votes);
    const table = readRows(bytes, fileName);
    const rows: string[][] = [];
    table.each((cells) => {
      if (rows.length < shownRows) rows.push(cells.map((cell) => cell.slice(0, longestCell)));
    });
    return {
      fileName,
      columns: votes.columns,
      questions: votes.questions.map(({ question, type, answers }) => ({
        question,
        answersAre: questionTypes[type].words.answers,
        answers: answers.length,
        models: [...new Set(answers.flatMap(({ shown }) => shown))],
        captions: new Set(answers.map(({ caption }) => caption)).size,
        raters: new Set(answers.map(({ rater }) => rater)).size,
      })),
      headings: table.columns,
      rows,
      notes: votes.notes,
    };
  } catch (error) {
    if (!(error instanceof SemblanceError) || error.code !== "invalid_file") throw error;
    return { refusal: toRefusal(error, await headingsOf(file)) };
  }
}

/** So that other columns can be chosen. */
async function headingsOf({ source }: RatingsFile): Promise<readonly string[]> {
  const { fileName, bytes } = await readRatingsSource(source, formFiles);
  try {
    return readRows(bytes, fileName).columns;
  } catch (error) {
    if (!(error instanceof SemblanceError)) throw error;
    return [];
  }
}

/** @param error of code `invalid_file` */
function toRefusal(error: SemblanceError, headings: readonly string[]): RatingsRefusal {
  const { badRows = [], badRowCount = 0 } = (error.details ?? {}) as Partial<RatingsRefusal>;
  return { message: error.message, remedy: error.remedy ?? null, badRows, badRowCount, headings };
}
