/** The rows of a manifest, each with the file that it names and the caption that it means. */
import { posix } from "node:path";
import { captionFields } from "@/lib/datasets/caption-formats/caption-format";
import { stemOf } from "@/lib/datasets/file-names";
import { PathIndex } from "@/lib/datasets/path-index";
import type { SampleOrigin } from "../sample-origin";
import type { CaptionLookup, Found } from "./caption-lookup";
import {
  columnNamed,
  imageColumnOf,
  type Manifest,
  type ManifestRow,
  refuseColumn,
  refuseColumns,
} from "./manifest";
import { firstIndex } from "./name-parts";

export type ReadRow = {
  /** The image, by its path within the files. */
  readonly file: string;
  readonly place: string;
  /** What the row calls the caption. */
  readonly value: string;
  readonly found: Found | null;
  readonly origin: SampleOrigin;
};

export type RowRefusal = { readonly file: string; readonly message: string; readonly remedy: string };

/** Columns that say more than a caption does about which one is meant come first. */
const captionColumns = [
  "caption_id",
  "image_id",
  "prompt_id",
  "stem",
  "id",
  "key",
  "index",
  ...captionFields,
] as const;

/**
 * @param files paths of the images that are there
 * @returns `refusals`: rows that name no file, one outside of the folder, one that is not there, or one that another row names
 * @throws SemblanceError `invalid_input` where the manifest lacks a column
 */
export function readRows(
  manifest: Manifest,
  files: readonly string[],
  lookup: CaptionLookup,
  asked: { imageColumn: string; captionColumn: string },
): { rows: ReadRow[]; column: string; refusals: RowRefusal[] } {
  const imageColumn = imageColumnOf(manifest, asked.imageColumn);
  const { column: captionColumn, find: finder } = captionColumnOf(manifest, asked.captionColumn, lookup);
  const byPath = new Map(files.map((file) => [file.normalize("NFC"), file]));
  const byStem = new Map(files.map((file) => [stemOf(file), file]));
  const paths = new PathIndex([...byPath.keys()]);
  const stems = new PathIndex([...byStem.keys()]);
  const taken = new Map<string, string>();
  const refusals: RowRefusal[] = [];
  const rows = manifest.rows.flatMap((row): ReadRow[] => {
    const refuse = (message: string, remedy: string): [] => {
      refusals.push({ file: manifest.file, message: `${manifest.file}, ${row.place}: ${message}`, remedy });
      return [];
    };
    const written = row.cells.get(imageColumn);
    if (written === undefined)
      return refuse(`${imageColumn} is empty.`, "Name the image, or remove the row.");
    const name = written.replaceAll("\\", "/").normalize("NFC");
    const candidates = [...new Set([manifest.folder, ""])].map((folder) => posix.join(folder, name));
    if (/^(?:\/|[a-z]:)/i.test(name) || candidates.some((path) => path === ".." || path.startsWith("../"))) {
      return refuse(
        `${written} is outside of the folder.`,
        "Name images by their paths within the folder that is imported.",
      );
    }
    const file = candidates
      .map((path) => {
        const [found, stem] = [paths.find(path), stems.find(path)];
        return found !== null ? byPath.get(found) : stem !== null ? byStem.get(stem) : undefined;
      })
      .find((path) => path !== undefined);
    if (file === undefined) {
      return refuse(`there is no image ${written}.`, "Add the image, or remove the row.");
    }
    const before = taken.get(file);
    if (before !== undefined) {
      return refuse(`${written} is also in ${before}.`, "Keep one row for each image.");
    }
    taken.set(file, row.place);
    const value = row.cells.get(captionColumn) ?? "";
    const origin = readOrigin(row, file, [imageColumn, captionColumn]);
    return [{ file, place: row.place, value, found: value === "" ? null : finder(value), origin }];
  });
  return { rows, column: captionColumn, refusals };
}

type CaptionColumn = {
  readonly column: string;
  readonly isText: boolean;
  readonly find: (value: string) => Found | null;
  /** Rows in which it finds a caption. */
  readonly count: number;
};

/**
 * The column that was asked for, else the one of those with usual names that finds most captions. An id says more than a text
 * that several captions share; one that says otherwise than the text is that of something else.
 */
function captionColumnOf(manifest: Manifest, wanted: string, lookup: CaptionLookup): CaptionColumn {
  const { file, columns, rows } = manifest;
  if (wanted !== "") {
    const column = columnNamed(columns, [wanted]) ?? refuseColumn(file, columns, wanted, "captionColumn");
    return findCaption(manifest, column, lookup);
  }
  const tried = captionColumns.flatMap((name) => {
    const column = columnNamed(columns, [name]);
    return column === undefined ? [] : [findCaption(manifest, column, lookup)];
  });
  if (tried.length === 0) return refuseColumns(file, columns, "captions", captionFields);
  const best = tried.reduce((most, each) => (each.count > most.count ? each : most));
  const text = tried.find(({ isText, count }) => isText && count > 0);
  if (best.isText || !text) return best;
  const isContradicted = rows.some(({ cells }) => {
    const [said, own] = [text.find(cells.get(text.column) ?? ""), best.find(cells.get(best.column) ?? "")];
    return said !== null && own !== null && !own.captions.some((each) => said.captions.includes(each));
  });
  return isContradicted ? text : best;
}

/** By texts, stems or indices: whichever finds most of the column's values. */
function findCaption({ rows }: Manifest, column: string, lookup: CaptionLookup): CaptionColumn {
  const values = rows.flatMap(({ cells }) => cells.get(column) ?? []);
  const first = firstIndex(values.map(Number));
  const ways = [
    (value: string) => lookup.byText(value),
    (value: string) => lookup.byStem(value),
    (value: string) => (/^\d+$/.test(value) ? lookup.byIndex(Number(value) - first) : null),
  ];
  const [most] = ways
    .map((find, at) => {
      const count = values.filter((value) => find(value) !== null).length;
      return { column, isText: at === 0, find, count };
    })
    .sort((a, b) => b.count - a.count);
  return most!;
}

/** Columns that only repeat which caption is meant are no settings. */
function readOrigin({ cells }: ManifestRow, file: string, known: readonly string[]): SampleOrigin {
  const isNamed = (names: readonly string[], column: string) => names.includes(column.toLowerCase());
  const entries = [...cells].filter(
    ([column]) => !known.includes(column) && !isNamed(captionColumns, column),
  );
  const cellNamed = (name: string) => entries.find(([column]) => isNamed([name], column))?.[1];
  const settings = entries.filter(([column]) => !isNamed(["model", "seed"], column));
  const [model, seed] = [cellNamed("model"), cellNamed("seed")];
  return {
    file,
    ...(model === undefined ? {} : { model }),
    ...(seed === undefined ? {} : { seed }),
    ...(settings.length === 0 ? {} : { settings: Object.fromEntries(settings) }),
  };
}
