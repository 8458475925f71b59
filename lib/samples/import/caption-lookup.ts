/** Finds the captions of a dataset by what people and programs call them: text, stem, index. */
import { PathIndex } from "@/lib/datasets/path-index";
import { captionKey } from "@/lib/text/caption-key";
import { excerpt } from "@/lib/text/excerpt";

export type LookedUpCaption = {
  readonly id: string;
  readonly text: string;
  /** Among the captions of its image. */
  readonly position: number;
  /** Of its image, or of the place of a caption that has none. */
  readonly stem: string;
};

export type Found = {
  /** Captions that are meant alike: several have the same text. */
  readonly captions: readonly LookedUpCaption[];
  /** Why one may doubt it; null where one cannot. */
  readonly doubt: string | null;
};

/** A name is the beginning of a caption only from here on: programs cut file names at some length. */
const shortestBeginning = 16;

export class CaptionLookup {
  /** The first caption of each image or place, in the order of the dataset. */
  readonly places: readonly LookedUpCaption[];
  /** Whether the places have no names, but their numbers from 1. */
  readonly isNumbered: boolean;
  readonly #byText = new Map<string, LookedUpCaption[]>();
  readonly #bySlug = new Map<string, LookedUpCaption[]>();
  readonly #byStem = new Map<string, LookedUpCaption[]>();
  readonly #stems: PathIndex;
  readonly #stemsOfBase = new Map<string, string[]>();
  readonly #slugs: readonly string[];

  /** @param captions in the order of the dataset */
  constructor(captions: readonly LookedUpCaption[]) {
    for (const caption of captions) {
      append(this.#byText, captionKey(caption.text), caption);
      append(this.#bySlug, toSlug(caption.text), caption);
      append(this.#byStem, caption.stem, caption);
    }
    this.places = [...this.#byStem.values()].map(([first]) => first!);
    this.isNumbered = this.places.every(({ stem }, at) => stem === String(at + 1));
    this.#stems = new PathIndex([...this.#byStem.keys()]);
    for (const stem of this.#byStem.keys()) append(this.#stemsOfBase, baseOf(stem), stem);
    this.#slugs = [...this.#bySlug.keys()].sort();
  }

  /** A text as a manifest or a file beside the image has it. */
  byText(text: string): Found | null {
    const exact = this.#byText.get(captionKey(text));
    if (exact) return { captions: exact, doubt: null };
    const alike = this.#bySlug.get(toSlug(text));
    if (alike)
      return { captions: alike, doubt: `its text differs in letter case or signs: “${excerpt(text)}”` };
    for (const head of headsOf(text)) {
      const captions = this.#bySlug.get(toSlug(head));
      if (captions) return { captions, doubt: `its text goes on after the caption: “${excerpt(text)}”` };
    }
    return null;
  }

  /** A text as a file name has it: letters and digits alone, and perhaps cut off. */
  bySlug(name: string): Found | null {
    const slug = toSlug(name);
    if (slug === "") return null;
    const exact = this.#bySlug.get(slug);
    if (exact) return { captions: exact, doubt: null };
    if (slug.length < shortestBeginning) return null;
    const first = lowerBound(this.#slugs, slug);
    const [only, another] = this.#slugs.slice(first, first + 2).filter((each) => each.startsWith(slug));
    if (only === undefined || another !== undefined) return null;
    return { captions: this.#bySlug.get(only)!, doubt: "its name is only the beginning of the caption" };
  }

  /** @param position of the caption among those of the stem, from 0 */
  byStem(stem: string, position = 0): Found | null {
    const ofBase = this.#stemsOfBase.get(baseOf(stem)) ?? [];
    const found = this.#findPath(stem) ?? (ofBase.length === 1 ? ofBase[0]! : null);
    const caption = found === null ? undefined : this.#byStem.get(found)?.[position];
    return caption ? { captions: [caption], doubt: null } : null;
  }

  /** As `byStem`, but only where the stem has a folder that is named as well. */
  byPath(stem: string): Found | null {
    const found = this.#findPath(stem);
    return found?.includes("/") ? this.byStem(stem) : null;
  }

  /** With folders before it that the dataset does not have, such as one of a model. */
  #findPath(stem: string): string | null {
    for (let rest = stem; ; rest = rest.slice(rest.indexOf("/") + 1)) {
      const found = this.#stems.find(rest);
      if (found !== null || !rest.includes("/")) return found;
    }
  }

  /** @param index from 0 */
  byIndex(index: number): Found | null {
    const caption = this.places[index];
    return caption ? { captions: [caption], doubt: null } : null;
  }
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

/** What stands before each sign with which people and programs add something to a prompt, the longest first. */
function headsOf(text: string): string[] {
  return [...text.matchAll(/[,.;:|(<\n]|\s--/g)].map(({ index }) => text.slice(0, index)).toReversed();
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}

/** Letters without accents and digits, in lower case, with one "_" for everything between them. */
function toSlug(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "");
}

/** Place of the first that is not before `wanted`. */
function lowerBound(sorted: readonly string[], wanted: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
