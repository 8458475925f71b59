/** What names of generated images say: a stem or an index, which of several images it is, and its seed. */
import { stemOf } from "@/lib/datasets/file-names";

export type NamePart = {
  /** What may be a stem or an index. */
  readonly key: string;
  /** Which of several images of a caption; null where the name does not say. */
  readonly number: number | null;
  /** Which of several captions of an image, from 0. */
  readonly caption: number;
  /** Where the name says that the number is one. */
  readonly seed: string | null;
};

/**
 * Readings of a name, the most literal first: "dog-seed-7" may be a stem, or the stem "dog" with the seed 7, as samples are
 * exported from here; "00012_3" the index 12 with its image 3; "00012/3" the same in a folder of its own.
 */
export function readNameParts(path: string): NamePart[] {
  const stem = stemOf(path);
  const plain = (key: string, number: number | null = null): NamePart => ({
    key,
    number,
    caption: 0,
    seed: null,
  });
  const parts = [plain(stem)];
  const [, drawn, which = "1", seed] = /^(.+?)(?:-caption-(\d+))?[-_ ]+seed[-_ ]?(\d+)$/i.exec(stem) ?? [];
  if (drawn !== undefined) {
    parts.push({ key: drawn, number: Number(seed), caption: Number(which) - 1, seed: seed! });
  }
  const [, numbered, number] = /^(.+?)(?:[-_ ]+(\d+)| ?\((\d+)\))$/.exec(stem) ?? [];
  if (numbered !== undefined) {
    parts.push(plain(numbered, Number(number ?? /\((\d+)\)$/.exec(stem)?.[1] ?? 0)));
  }
  const folder = stem.slice(0, Math.max(0, stem.lastIndexOf("/")));
  const [inside] = /\d+/.exec(stem.slice(folder.length)) ?? [];
  for (let above = folder; above !== ""; above = above.slice(0, Math.max(0, above.lastIndexOf("/")))) {
    parts.push(plain(above, inside === undefined ? null : Number(inside)));
  }
  return parts;
}

/** Readings of a name that holds the words of a caption: without numbers before them and after. */
export function readNameTexts(path: string): { text: string; number: number | null }[] {
  const stem = stemOf(path);
  const name = stem.slice(stem.lastIndexOf("/") + 1);
  const bare = name.replace(/^(?:\d+[-_ ]+)+/, "");
  const [, words, number] = /^(.+?)[-_ ]+(?:seed[-_ ]?)?(\d+)$/i.exec(bare) ?? [];
  return [
    { text: name, number: null },
    { text: bare, number: null },
    ...(words === undefined ? [] : [{ text: words, number: Number(number) }]),
  ];
}

/** The number that stands in a name for an index: a folder's name, else the first one of the file's. */
export function readIndex(path: string): { index: number; number: number | null } | null {
  const stem = stemOf(path);
  const [base, folder] = stem.split("/").toReversed();
  const numbers = base!.match(/\d+/g) ?? [];
  const own = numbers.length === 0 ? null : { index: Number(numbers[0]), number: numberAfter(numbers) };
  // In a folder of its own, named by the index, a caption's images are counted from the beginning.
  return folder !== undefined && /^\d+$/.test(folder)
    ? { index: Number(folder), number: Number(numbers[0] ?? 0) }
    : own;
}

function numberAfter(numbers: readonly string[]): number | null {
  return numbers[1] === undefined ? null : Number(numbers[1]);
}

/** Where the indices of a set begin: with 0 where something has that number, else with 1. */
export function firstIndex(indexes: readonly number[]): 0 | 1 {
  return indexes.includes(0) ? 0 : 1;
}
