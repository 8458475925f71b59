/**
 * Compares images with their captions by a CLIP, without training it for that (zero-shot, Radford et al. 2021): a caption
 * that names a value of an attribute is compared with the same caption naming another one.
 */

import {
  type AuditNetwork,
  auditNetworks,
  type Contradiction,
  type ContradictionCounts,
  mostContradictions,
} from "@/lib/datasets/audit/contradictions";
import { type Mention, MentionFinder } from "@/lib/datasets/audit/find-mentions";
import type { WordLists } from "@/lib/datasets/audit/word-lists";
import { SemblanceError } from "@/lib/errors";
import type { NamedFile } from "@/lib/images/named-file";
import { IMAGES_PER_BATCH } from "@/lib/metrics/extractors/feature-extractor";
import { collectFeatures } from "@/lib/metrics/inputs/collect-features";
import { openFeatureCache } from "@/lib/metrics/inputs/feature-cache";
import { type FeatureEnvironment, locateFeatures } from "@/lib/metrics/inputs/locate-features";

export type ComparedImage = NamedFile & {
  readonly captions: readonly { readonly id: string; readonly text: string }[];
};

export type ComparisonInput = FeatureEnvironment & {
  readonly network: AuditNetwork;
  readonly cacheFolder: string | null;
  readonly lists: WordLists;
  /** Attributes that are compared, with the values that captions are tried with; all by their numbers. */
  readonly checks: readonly { readonly attribute: number; readonly rivals: readonly number[] }[];
  /** Told after each group of images how many are done. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
};

export type ComparisonResult = {
  readonly counts: ContradictionCounts;
  /** Largest margin first; at most `mostContradictions`. */
  readonly contradictions: readonly Contradiction[];
};

/** Images whose features are in memory together. */
const imagesAtOnce = 8 * IMAGES_PER_BATCH;

/** Captions are alike: so many embeddings are kept, the latest used. */
const keptTexts = 10_000;

/**
 * Memory holds some hundred images' features, and as many contradictions as are returned.
 *
 * @throws SemblanceError `missing_weights`, `cancelled`
 */
export async function compareImages(
  images: AsyncIterable<ComparedImage> | Iterable<ComparedImage>,
  { network, cacheFolder, lists, checks, onProgress, signal, ...environment }: ComparisonInput,
): Promise<ComparisonResult> {
  const located = await locateFeatures(auditNetworks[network], environment);
  const cache = openFeatureCache(cacheFolder, located.recipe);
  const tally = new Tally(lists, checks);
  const extractor = once(() => located.open(IMAGES_PER_BATCH));
  const encoder = await located.openCaptions!();
  const texts = new TextVectors((captions) => encoder.encode(captions), encoder.dims);
  let unreadable = 0;
  let done = 0;
  try {
    for await (const group of inGroups(images, imagesAtOnce)) {
      if (signal?.aborted) throw new SemblanceError("cancelled", "The audit was cancelled.");
      const questions = group.map((image) => tally.ask(image));
      const wanted = [...group.keys()].filter((index) => questions[index]!.length > 0);
      const { features, rows, leftOut, close } = await collectFeatures(
        wanted.map((index) => group[index]!),
        extractor.get,
        cache,
        { dims: located.dims, ...(signal ? { signal } : {}) },
      );
      unreadable += leftOut.length;
      const values = features.values as Float32Array;
      close();
      for (const [row, file] of rows.entries()) {
        const vector = values.subarray(row * located.dims, (row + 1) * located.dims);
        for (const question of questions[wanted[file]!]!) {
          tally.answer(question, await texts.cosines(question.texts, vector));
        }
      }
      done += group.length;
      onProgress?.(done);
    }
  } finally {
    await encoder.release();
    await (await extractor.opened)?.release();
  }
  return {
    counts: {
      network: String(located.recipe.network),
      weightsSha256: located.recipe.weightsSha256 === null ? null : String(located.recipe.weightsSha256),
      unreadable,
      attributes: tally.attributes(),
    },
    contradictions: tally.contradictions(),
  };
}

/** A caption as it is, and with each rival in the place of the value that it names. */
type Question = {
  readonly captionId: string;
  readonly check: number;
  readonly asked: number;
  readonly isFirst: boolean;
  readonly rivals: readonly number[];
  /** The caption itself, then one text for each rival. */
  readonly texts: readonly string[];
};

class Tally {
  readonly #lists: WordLists;
  readonly #checks: ComparisonInput["checks"];
  readonly #finder: MentionFinder;
  readonly #captions: number[];
  readonly #contradicting: number[];
  /** By check, asked and shown value: images. */
  readonly #shown: Map<number, Map<number, number>>[];
  #found: Contradiction[] = [];

  constructor(lists: WordLists, checks: ComparisonInput["checks"]) {
    this.#lists = lists;
    this.#checks = checks;
    this.#finder = new MentionFinder(lists);
    this.#captions = checks.map(() => 0);
    this.#contradicting = checks.map(() => 0);
    this.#shown = checks.map(() => new Map());
  }

  ask(image: ComparedImage): Question[] {
    const asked = new Set<number>();
    return image.captions.flatMap(({ id, text }) => {
      const mentions = this.#finder.find(text).filter(({ isNegated }) => !isNegated);
      return this.#checks.flatMap(({ attribute, rivals }, check): Question[] => {
        const named = mentions.filter((mention) => mention.attribute === attribute);
        const first = named[0];
        if (!first) return [];
        const others = rivals.filter((rival) => named.every(({ value }) => value !== rival));
        if (others.length === 0) return [];
        const isFirst = !asked.has(check);
        asked.add(check);
        const { values } = this.#lists.attributes[attribute]!;
        return [
          {
            captionId: id,
            check,
            asked: first.value,
            isFirst,
            rivals: others,
            texts: [text, ...others.map((rival) => replaceMention(text, first, values[rival]!.name))],
          },
        ];
      });
    });
  }

  /** @param cosines of the image to each of the question's texts */
  answer({ captionId, check, asked, isFirst, rivals }: Question, cosines: readonly number[]): void {
    const own = cosines[0]!;
    let best = 1;
    for (let at = 2; at < cosines.length; at++) if (cosines[at]! > cosines[best]!) best = at;
    const margin = cosines[best]! - own;
    const shown = margin > 0 ? rivals[best - 1]! : asked;
    this.#captions[check]!++;
    if (isFirst) {
      const ofAsked = this.#shown[check]!.get(asked) ?? new Map<number, number>();
      this.#shown[check]!.set(asked, ofAsked.set(shown, (ofAsked.get(shown) ?? 0) + 1));
    }
    if (margin <= 0) return;
    this.#contradicting[check]!++;
    const { name, values } = this.#lists.attributes[this.#checks[check]!.attribute]!;
    this.#found.push({
      captionId,
      attribute: name,
      asked: values[asked]!.name,
      shown: values[shown]!.name,
      margin,
    });
    if (this.#found.length >= 2 * mostContradictions) this.#found = this.contradictions();
  }

  contradictions(): Contradiction[] {
    return this.#found.sort((a, b) => b.margin - a.margin).slice(0, mostContradictions);
  }

  attributes(): ContradictionCounts["attributes"] {
    return this.#checks.map(({ attribute, rivals }, check) => {
      const { name, values } = this.#lists.attributes[attribute]!;
      const asked = [...this.#shown[check]!].map(([value, shown]) => {
        const counts = [...shown].map(([other, images]) => ({ value: values[other]!.name, images }));
        counts.sort((a, b) => b.images - a.images);
        return {
          value: values[value]!.name,
          images: counts.reduce((sum, { images }) => sum + images, 0),
          shown: counts,
        };
      });
      return {
        name,
        rivals: rivals.map((rival) => values[rival]!.name),
        captions: this.#captions[check]!,
        contradicting: this.#contradicting[check]!,
        asked: asked.sort((a, b) => b.images - a.images),
      };
    });
  }
}

function replaceMention(caption: string, { start, end }: Mention, value: string): string {
  return `${caption.slice(0, start)}${value}${caption.slice(end)}`;
}

class TextVectors {
  readonly #encode: (captions: readonly string[]) => Promise<Float32Array>;
  readonly #dims: number;
  readonly #kept = new Map<string, Float32Array>();

  constructor(encode: (captions: readonly string[]) => Promise<Float32Array>, dims: number) {
    this.#encode = encode;
    this.#dims = dims;
  }

  async cosines(texts: readonly string[], image: Float32Array): Promise<number[]> {
    const unknown = [...new Set(texts.filter((text) => !this.#kept.has(text)))];
    if (unknown.length > 0) {
      const vectors = await this.#encode(unknown);
      for (const [index, text] of unknown.entries()) {
        this.#kept.set(text, vectors.slice(index * this.#dims, (index + 1) * this.#dims));
      }
    }
    const cosines = texts.map((text) => cosine(this.#kept.get(text)!, image));
    for (const text of this.#kept.keys()) {
      if (this.#kept.size <= keptTexts) break;
      this.#kept.delete(text);
    }
    return cosines;
  }
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, lengthA, lengthB] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    product += a[k]! * b[k]!;
    lengthA += a[k]! * a[k]!;
    lengthB += b[k]! * b[k]!;
  }
  return product / Math.sqrt(lengthA * lengthB);
}

async function* inGroups<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  size: number,
): AsyncGenerator<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Opens something when it is first asked for. */
function once<Thing>(open: () => Promise<Thing>): {
  get: () => Promise<Thing>;
  readonly opened: Promise<Thing> | null;
} {
  let opened: Promise<Thing> | null = null;
  return {
    get: () => (opened ??= open()),
    get opened() {
      return opened;
    },
  };
}
