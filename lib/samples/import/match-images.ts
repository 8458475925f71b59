/** Which image is for which caption: by a manifest, or by what the names of the files say. */
import type { SampleOrigin } from "../sample-origin";
import type { CaptionLookup, Found, LookedUpCaption } from "./caption-lookup";
import type { ReadRow } from "./manifest-rows";
import { firstIndex, readIndex, readNameParts, readNameTexts } from "./name-parts";

/** An image with the caption that it is for. */
export type MatchedImage = {
  readonly file: string;
  readonly caption: LookedUpCaption;
  readonly origin: SampleOrigin;
  /** Why one may doubt the match; null where one cannot. */
  readonly doubt: string | null;
};

export type Matching = {
  /** What the captions were found by, as part of a sentence. */
  readonly by: string;
  /** Images of a caption are one after the other, the first one first. */
  readonly matches: readonly MatchedImage[];
  /** Images that are for no caption, with the reason. */
  readonly surplus: readonly { readonly file: string; readonly reason: string }[];
};

/** A candidate before its place among the images of its caption is known. */
type Candidate = {
  readonly file: string;
  readonly found: Found | null;
  readonly number: number | null;
  readonly origin: SampleOrigin;
  readonly reason: string;
};

export type NameWay = "stem" | "text" | "index";

const bySentence: Record<NameWay, string> = {
  stem: "the names of the files",
  text: "the captions’ texts",
  index: "numbers in the names of the files",
};

/**
 * @param texts of .txt files beside images, by the image's path
 * @param way null: the one by which most files match; numbers only where neither of the others fits half of them
 */
export function matchByNames(
  files: readonly string[],
  texts: ReadonlyMap<string, string>,
  lookup: CaptionLookup,
  way: NameWay | null,
): Matching {
  const tryWay = (each: NameWay) => ({ each, candidates: candidatesOf[each](files, texts, lookup) });
  if (way !== null) return settle(tryWay(way).candidates, bySentence[way]);
  const tried = (["stem", "text", "index"] as const).map(tryWay);
  const count = ({ candidates }: (typeof tried)[number]) => candidates.filter(({ found }) => found).length;
  const chosen =
    tried.find((each) => 2 * count(each) >= files.length) ??
    tried.reduce((best, each) => (count(each) > count(best) ? each : best));
  return settle(chosen.candidates, bySentence[chosen.each]);
}

/** @param column of the manifest that names captions, for the sentence */
export function matchByRows(
  rows: readonly ReadRow[],
  files: readonly string[],
  manifest: { file: string; column: string },
): Matching {
  const named = new Set(rows.map(({ file }) => file));
  const others = files.filter((file) => !named.has(file));
  const { matches, surplus } = settle(
    rows.map(({ file, found, origin, value, place }) => ({
      file,
      found,
      number: null,
      origin,
      reason: `“${value}” in ${place} of ${manifest.file} is no caption of the dataset`,
    })),
    "",
  );
  return {
    by: `the column ${manifest.column} of ${manifest.file}`,
    matches,
    surplus: [
      ...surplus,
      ...others.map((file) => ({ file, reason: `it is not listed in ${manifest.file}` })),
    ],
  };
}

const candidatesOf: Record<
  NameWay,
  (
    files: readonly string[],
    texts: ReadonlyMap<string, string>,
    lookup: CaptionLookup,
  ) => readonly Candidate[]
> = {
  stem: (files, _texts, lookup) =>
    files.map((file) => {
      for (const { key, number, caption, seed } of readNameParts(file)) {
        const found = lookup.byStem(key, caption);
        const origin = { file, ...(seed === null ? {} : { seed }) };
        if (found) return { file, found, number, origin, reason: "" };
      }
      return unmatched(file, "its name is that of no image or caption of the dataset");
    }),
  text: (files, texts, lookup) =>
    files.map((file) => {
      const text = texts.get(file);
      if (text !== undefined) {
        const found = lookup.byText(text);
        const reason = `“${text}” beside it is no caption of the dataset`;
        return { file, found, number: readIndex(file)?.number ?? null, origin: { file }, reason };
      }
      for (const { text: name, number } of readNameTexts(file)) {
        const found = lookup.bySlug(name);
        if (found) return { file, found, number, origin: { file }, reason: "" };
      }
      return unmatched(file, "its name holds the words of no caption of the dataset");
    }),
  index: (files, _texts, lookup) => {
    const read = files.map((file) => ({ file, ...readIndex(file) }));
    const first = firstIndex(read.flatMap(({ index }) => index ?? []));
    return read.map(({ file, index, number = null }) => {
      if (index === undefined) return unmatched(file, "there is no number in its name");
      const found = lookup.byIndex(index - first);
      const reason = `its number ${index} is that of no caption: there are ${lookup.places.length}, from ${first}`;
      return { file, found, number, origin: { file }, reason };
    });
  },
};

function unmatched(file: string, reason: string): Candidate {
  return { file, found: null, number: null, origin: { file }, reason };
}

/** Puts the images of each caption in order; of captions of one text the first image is given to the first, and so on. */
function settle(candidates: readonly Candidate[], by: string): Matching {
  const surplus = candidates.flatMap(({ file, found, reason }) => (found ? [] : [{ file, reason }]));
  const groups = new Map<string, (Candidate & { found: Found })[]>();
  for (const candidate of candidates) {
    const { found } = candidate;
    if (!found) continue;
    const key = found.captions.map(({ id }) => id).join(" ");
    const group = groups.get(key);
    if (group) group.push({ ...candidate, found });
    else groups.set(key, [{ ...candidate, found }]);
  }
  const matches = [...groups.values()].flatMap((group) =>
    group
      .sort((a, b) => (a.number ?? 0) - (b.number ?? 0))
      .map(({ file, found, origin }, at) => ({
        file,
        caption: found.captions[at % found.captions.length]!,
        origin,
        doubt: found.doubt,
      })),
  );
  return { by, matches, surplus };
}
