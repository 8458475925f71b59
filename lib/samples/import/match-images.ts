/** Which image is for which caption: by a manifest, or by what the names of the files and the texts with them say. */
import { stemOf } from "@/lib/datasets/file-names";
import { excerpt } from "@/lib/text/excerpt";
import type { SampleOrigin } from "../sample-origin";
import type { CaptionLookup, Found, LookedUpCaption } from "./caption-lookup";
import type { ReadRow } from "./manifest-rows";
import {
  firstIndex,
  isGridName,
  readIndexes,
  readNameParts,
  readNameTexts,
  readSeed,
  sharedWords,
} from "./name-parts";

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
 * @param texts that are with images: beside them or in them, by the image's path
 * @param way null: the one by which most files match; numbers only where neither of the others fits half of them
 */
export function matchByNames(
  files: readonly string[],
  texts: ReadonlyMap<string, string>,
  lookup: CaptionLookup,
  way: NameWay | null,
): Matching {
  const isGrid = (file: string) => isGridName(file) && lookup.byStem(stemOf(file)) === null;
  const images = files.filter((file) => !isGrid(file));
  const [by, candidates] = chooseWay(images, texts, lookup, way);
  return settle(
    [
      ...candidates.map((candidate) => withText(candidate, texts.get(candidate.file), lookup)),
      ...files
        .filter(isGrid)
        .map((file) => unmatched(file, "its name is that of an overview of several images")),
    ],
    bySentence[by],
  );
}

function chooseWay(
  images: readonly string[],
  texts: ReadonlyMap<string, string>,
  lookup: CaptionLookup,
  way: NameWay | null,
): [NameWay, readonly Candidate[]] {
  const tryWay = (each: NameWay): [NameWay, readonly Candidate[]] => [
    each,
    candidatesOf[each](images, texts, lookup),
  ];
  if (way !== null) return tryWay(way);
  // Numbers that a list of captions has for want of names say less than a text does, and may be counted from 0 elsewhere.
  const ways = lookup.isNumbered
    ? (["text", "stem", "index"] as const)
    : (["stem", "text", "index"] as const);
  const tried = ways.map(tryWay);
  const count = ([, candidates]: (typeof tried)[number]) => candidates.filter(({ found }) => found).length;
  const most = tried.reduce((best, each) => (count(each) > count(best) ? each : best));
  const fitting = tried.find((each) => 2 * count(each) >= images.length) ?? most;
  return lookup.isNumbered && fitting[0] === "stem" ? most : fitting;
}

/** Whether the names of files are those of at least half of the images: the texts with them need not be read. */
export function fitsByStem(files: readonly string[], lookup: CaptionLookup): boolean {
  if (lookup.isNumbered) return false;
  const found = candidatesOf.stem(files, new Map(), lookup).filter((each) => each.found);
  return 2 * found.length >= files.length;
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
      const whole = lookup.byPath(stemOf(file));
      if (whole) return { file, found: whole, number: null, origin: originOf(file), reason: "" };
      for (const { key, number, caption } of readNameParts(file)) {
        const found = lookup.byStem(key, caption);
        if (found) return { file, found, number, origin: originOf(file), reason: "" };
      }
      return unmatched(file, "its name is that of no image or caption of the dataset");
    }),
  text: (files, texts, lookup) => {
    const shared = sharedWords(files.filter((file) => !texts.has(file)));
    return files.map((file) => {
      const text = texts.get(file);
      if (text !== undefined) {
        const found = lookup.byText(text);
        const reason = `its text is no caption of the dataset: “${excerpt(text)}”`;
        return { file, found, number: null, origin: originOf(file), reason };
      }
      for (const { text: name, number } of readNameTexts(file, shared)) {
        const found = lookup.bySlug(name);
        if (found) return { file, found, number, origin: originOf(file), reason: "" };
      }
      return unmatched(file, "its name holds the words of no caption of the dataset");
    });
  },
  index: (files, _texts, lookup) => {
    const read = readIndexes(files);
    const first = firstIndex(read.flatMap((each) => each?.index ?? []));
    return files.map((file, at) => {
      const own = read[at];
      if (!own) return unmatched(file, "there is no number in its name");
      const found = lookup.byIndex(own.index - first);
      const reason = `its number ${own.index} is that of no caption: there are ${lookup.places.length}, from ${first}`;
      return { file, found, number: own.number, origin: originOf(file), reason };
    });
  },
};

function originOf(file: string): SampleOrigin {
  const seed = readSeed(file);
  return { file, ...(seed === null ? {} : { seed }) };
}

function unmatched(file: string, reason: string): Candidate {
  return { file, found: null, number: null, origin: { file }, reason };
}

/** What a name says is doubted where the text with the image says otherwise; of several captions of an image the text decides. */
function withText(candidate: Candidate, text: string | undefined, lookup: CaptionLookup): Candidate {
  const { found } = candidate;
  const said = text === undefined ? null : lookup.byText(text);
  if (!found || !said || said.captions.some(({ id }) => found.captions.some((own) => own.id === id))) {
    return candidate;
  }
  const ofSameImage = said.captions.find(({ stem }) => stem === found.captions[0]!.stem);
  if (ofSameImage) return { ...candidate, found: { captions: [ofSameImage], doubt: said.doubt } };
  const doubt = `the text with it is another caption: “${excerpt(said.captions[0]!.text)}”`;
  return { ...candidate, found: { captions: found.captions, doubt } };
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
