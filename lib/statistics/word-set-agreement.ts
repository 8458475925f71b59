/** How much more alike people describe the same image than different images: Krippendorff's α over sets of words. */
import { type AlphaTerms, alphaInterval } from "./alpha-interval";
import type { Agreement } from "./krippendorff-alpha";
import { membersOfClusters } from "./two-way-jackknife";

/** What one person wrote of one image. */
export type DescribedImage = { readonly image: string; readonly person: string; readonly text: string };

/** The words of a text: runs of letters, digits and marks, lower-cased and composed, each once. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(
    text
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [],
  );
}

/** 1 - |A ∩ B| / |A ∪ B| (Jaccard), 0 to 1; 0 for two empty sets. */
export function jaccardDistance(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const word of small) if (large.has(word)) shared++;
  const union = a.size + b.size - shared;
  return union === 0 ? 0 : 1 - shared / union;
}

/**
 * α = 1 - D_o / D_e with the Jaccard distance of word sets, as Passonneau ("Computing reliability for coreference annotation",
 * LREC 2004) takes it for labels that are sets. D_o is the mean distance of captions by different people of one image, each
 * pair counted 1 / (people of the image - 1); D_e is that of all pairs of captions here, so words that everybody uses for every
 * image count for nothing. 1: the same words; 0: no more alike than captions of different images.
 *
 * Several captions of one person for one image are taken together, as one set of words. Only images that two people or more have
 * described count; α is null where there are fewer than two such images, or all captions have the same words. The interval is that
 * of `alphaInterval`: over images and people. Time and memory grow with the square of the number of texts: 2,000 take a second.
 */
export function wordSetAgreement(
  described: readonly DescribedImage[],
  { coverage }: { coverage: number },
): Agreement {
  const texts = inSeveralHands(described);
  const images = new Set(texts.map(({ image }) => image)).size;
  const none = { value: null, low: null, high: null, units: images, ratings: texts.length };
  if (images < 2) return none;
  const image = numbered(texts.map((each) => each.image));
  const terms = new WordSetTerms(
    texts.map(({ words }) => words),
    image,
    images,
  );
  const value = terms.alphaWithout(new Int32Array());
  if (value === null) return none;
  const rater = numbered(texts.map((each) => each.person));
  const interval = alphaInterval(terms, { cluster: image, rater }, value, coverage);
  return { ...none, value, ...interval };
}

/** Each key by the number of those before its first appearance. */
function numbered(keys: readonly string[]): Int32Array {
  const seen = new Map<string, number>();
  return Int32Array.from(keys, (key) => {
    if (!seen.has(key)) seen.set(key, seen.size);
    return seen.get(key)!;
  });
}

/** One set of words per person and image, of images that several people have described; by image. */
function inSeveralHands(described: readonly DescribedImage[]) {
  const byImage = new Map<string, Map<string, Set<string>>>();
  for (const { image, person, text } of described) {
    const people = byImage.get(image) ?? new Map<string, Set<string>>();
    byImage.set(image, people);
    people.set(person, new Set([...(people.get(person) ?? []), ...wordSet(text)]));
  }
  return [...byImage]
    .filter(([, people]) => people.size > 1)
    .flatMap(([image, people]) => [...people].map(([person, words]) => ({ image, person, words })));
}

/** The sums behind α, and what leaving texts out does to them. */
class WordSetTerms implements AlphaTerms {
  readonly #image: Int32Array;
  readonly #distance: (i: number, j: number) => number;
  /** Sum of the distances of each text to all others. */
  readonly #toAll: Float64Array;
  readonly #start: Int32Array;
  readonly #members: Int32Array;

  constructor(words: readonly ReadonlySet<string>[], image: Int32Array, images: number) {
    const n = words.length;
    const distances = new Float32Array(n * n);
    this.#image = image;
    this.#toAll = new Float64Array(n);
    ({ start: this.#start, members: this.#members } = membersOfClusters(image, images));
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const distance = jaccardDistance(words[i]!, words[j]!);
        distances[i * n + j] = distance;
        distances[j * n + i] = distance;
        this.#toAll[i]! += distance;
        this.#toAll[j]! += distance;
      }
    }
    this.#distance = (i, j) => distances[i * n + j]!;
  }

  /** Observed and expected disagreement: sums over unordered pairs, and the number of texts. */
  #sums(without: ReadonlySet<number>): { n: number; observed: number; expected: number } {
    let n = 0;
    let observed = 0;
    let total = 0;
    const left: number[] = [];
    for (let g = 0; g + 1 < this.#start.length; g++) {
      const members = [...this.#members.subarray(this.#start[g]!, this.#start[g + 1]!)];
      const kept = members.filter((i) => !without.has(i));
      const counted = kept.length > 1 ? kept : [];
      if (counted.length < members.length) left.push(...members.filter((i) => !counted.includes(i)));
      n += counted.length;
      for (const [at, i] of counted.entries()) {
        total += this.#toAll[i]!;
        for (const j of counted.slice(at + 1)) observed += this.#distance(i, j) / (counted.length - 1);
      }
    }
    // Each pair of those that are kept was counted twice; those to the ones that are left out once.
    const gone = new Set(left);
    for (const i of left) {
      for (let j = 0; j < this.#image.length; j++) if (!gone.has(j)) total -= this.#distance(i, j);
    }
    return { n, observed, expected: total / 2 };
  }

  alphaWithout(ratings: Int32Array): number | null {
    const { n, observed, expected } = this.#sums(new Set(ratings));
    return expected < 1e-9 ? null : 1 - ((n - 1) * observed) / expected;
  }

  /** Where any two texts of an image had no word in common. */
  leastAlpha(): number {
    const { n, expected } = this.#sums(new Set());
    return 1 - ((n - 1) * (n / 2)) / expected;
  }

  eachPair(tell: (i: number, j: number, part: number, influence: number) => void): void {
    const { n, observed, expected } = this.#sums(new Set());
    const pairs: { i: number; j: number; part: number; raw: number }[] = [];
    for (let g = 0; g + 1 < this.#start.length; g++) {
      const members = this.#members.subarray(this.#start[g]!, this.#start[g + 1]!);
      const share = 1 / (members.length - 1);
      for (const [at, i] of members.entries()) {
        for (const j of members.subarray(at + 1)) {
          // d log(observed) - d log(expected), a text's weight being that of the pairs that it is in.
          const raw =
            share * (this.#distance(i, j) / observed - (this.#toAll[i]! + this.#toAll[j]!) / expected);
          pairs.push({ i, j, part: (2 * share) / n, raw });
        }
      }
    }
    const mean = pairs.reduce((sum, { raw }) => sum + raw, 0);
    for (const { i, j, part, raw } of pairs) tell(i, j, part, raw - part * mean);
  }
}
