/** What names of generated images say: a stem or an index, words of a caption, which of several images it is, and its seed. */
import { stemOf } from "@/lib/datasets/file-names";

export type NamePart = {
  /** What may be a stem or an index. */
  readonly key: string;
  /** Which of several images of a caption; null where the name does not say. */
  readonly number: number | null;
  /** Which of several captions of an image, from 0. */
  readonly caption: number;
};

/** "0001", "seed_42", "image 3": names that tell images of one folder apart, and nothing more. */
const bareNumber = /^(?:seed|samples?|image|img|output|out)?[-_ ]*\d+(?:[-_ ]+\d+)*$/i;

/**
 * Readings of a name, the most literal first: "dog-seed-7" may be a stem, or the stem "dog" with the seed 7, as samples are
 * exported from here; "00012_3" the index 12 with its image 3; "00012/3" the same in a folder of its own. Of a bare number in
 * a folder, the folder comes first.
 */
export function readNameParts(path: string): NamePart[] {
  const stem = stemOf(path);
  const folder = stem.slice(0, Math.max(0, stem.lastIndexOf("/")));
  const base = stem.slice(folder === "" ? 0 : folder.length + 1);
  const [own, above] = [ownParts(stem), folderParts(folder, base)];
  return bareNumber.test(base) ? [...above, ...own] : [...own, ...above];
}

function ownParts(stem: string): NamePart[] {
  const parts: NamePart[] = [{ key: stem, number: null, caption: 0 }];
  const [, drawn, which = "1", seed] = /^(.+?)(?:-caption-(\d+))?[-_ ]+seed[-_ ]?(\d+)$/i.exec(stem) ?? [];
  if (drawn !== undefined) parts.push({ key: drawn, number: Number(seed), caption: Number(which) - 1 });
  const [, numbered, number, bracketed] = /^(.+?)(?:[-_ ]+(\d+)| ?\((\d+)\))$/.exec(stem) ?? [];
  if (numbered !== undefined) parts.push({ key: numbered, number: Number(number ?? bracketed), caption: 0 });
  return parts;
}

/** The innermost folder first. */
function folderParts(folder: string, base: string): NamePart[] {
  const number = /\d+/.exec(base)?.[0];
  const parts: NamePart[] = [];
  for (let above = folder; above !== ""; above = above.slice(0, Math.max(0, above.lastIndexOf("/")))) {
    parts.push({ key: above, number: number === undefined ? null : Number(number), caption: 0 });
  }
  return parts;
}

/** As Stable Diffusion's scripts and web UIs call the overview of several images. */
export function isGridName(path: string): boolean {
  return /(?:^|\/)grid(?:[-_ ]?\d+)*$/i.test(stemOf(path));
}

/** "7" of "dog-seed-7", "00012-7" and "00012-7-a red ball": the latter two are as Automatic1111's web UI writes them. */
export function readSeed(path: string): string | null {
  const stem = stemOf(path);
  const base = stem.slice(stem.lastIndexOf("/") + 1);
  const [, named] = /(?:^|[-_ .])seed[-_ =]?(\d+)(?!\d)/i.exec(base) ?? [];
  return named ?? /^\d{5}-(\d+)(?:-|$)/.exec(base)?.[1] ?? null;
}

const identifier = /[-_ ]+[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=[-_ ]|$)/i;
const lastNumber =
  /^(.+?)[-_ ]+(?:seed|cfg|scale|guidance|steps?|samples?|image|img|[nsvx])?[-_ =]?(\d+(?:\.\d+)?)$/i;
const dallePrefix = /^DALL.?E \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d - /i;

/**
 * Readings of a name that holds the words of a caption, the most literal first: without numbers and other things before and
 * after them, as generators add these.
 *
 * @param shared the words with which all names begin, such as the name of a person or a model
 */
export function readNameTexts(
  path: string,
  shared: readonly string[] = [],
): { text: string; number: number | null }[] {
  const stem = stemOf(path);
  const name = stem.slice(stem.lastIndexOf("/") + 1);
  const beginnings = [name, name.replace(dallePrefix, "")];
  for (let bare = name; /^\d+[-_ ]+./.test(bare); ) {
    bare = bare.replace(/^\d+[-_ ]+/, "");
    beginnings.push(bare);
  }
  for (let rest = name, count = 0; count < shared.length; count++) {
    rest = withoutFirstWord(rest);
    beginnings.push(rest);
  }
  const readings = new Map<string, number | null>();
  for (const text of beginnings) {
    if (!readings.has(text)) readings.set(text, null);
    let rest = text.replace(identifier, "");
    if (!readings.has(rest)) readings.set(rest, null);
    for (let match = lastNumber.exec(rest); match !== null; match = lastNumber.exec(rest)) {
      rest = match[1]!;
      if (!readings.has(rest)) readings.set(rest, Number(match[2]));
    }
  }
  return [...readings].map(([text, number]) => ({ text, number }));
}

/** Words with which all of several names begin; a name is not all of them. */
export function sharedWords(paths: readonly string[]): string[] {
  const [first, ...others] = paths.map((path) => {
    const stem = stemOf(path);
    return stem.slice(stem.lastIndexOf("/") + 1).match(words) ?? [];
  });
  if (first === undefined || others.length === 0) return [];
  let count = first.length - 1;
  for (const other of others) {
    const end = first.findIndex((word, at) => at >= count || at >= other.length - 1 || word !== other[at]);
    count = Math.min(count, Math.max(0, end));
  }
  return first.slice(0, count);
}

const words = /[\p{L}\p{N}]+/gu;

function withoutFirstWord(text: string): string {
  return text.replace(/^[^\p{L}\p{N}]*[\p{L}\p{N}]+[^\p{L}\p{N}]*/u, "");
}

/**
 * The numbers that stand in names for an index: a folder's name where it is a number, else the first number in the file's name
 * that is not the same in all of them, as those of a model or a date are.
 *
 * @returns by place in `paths`; null where there is no number
 */
export function readIndexes(paths: readonly string[]): ({ index: number; number: number | null } | null)[] {
  const read = paths.map((path) => {
    const [base = "", ...folders] = stemOf(path).split("/").toReversed();
    const folder = folders.find((name) => /^\d+$/.test(name));
    return { numbers: (base.match(/\d+/g) ?? []).map(Number), folder };
  });
  const isOneFolder = read.length > 1 && new Set(read.map(({ folder }) => folder)).size === 1;
  const shortest = Math.min(...read.map(({ numbers }) => numbers.length));
  let first = 0;
  while (
    read.length > 1 &&
    first < shortest - 1 &&
    read.every(({ numbers }) => numbers[first] === read[0]!.numbers[first])
  )
    first++;
  return read.map(({ numbers, folder }) => {
    // In a folder of its own, named by the index, a caption's images are counted from the beginning.
    if (folder !== undefined && !(isOneFolder && numbers.length > 0)) {
      return { index: Number(folder), number: numbers[0] ?? 0 };
    }
    const index = numbers[first];
    return index === undefined ? null : { index, number: numbers[first + 1] ?? null };
  });
}

/** Where the indices of a set begin: with 0 where something has that number, else with 1. */
export function firstIndex(indexes: readonly number[]): 0 | 1 {
  return indexes.includes(0) ? 0 : 1;
}
