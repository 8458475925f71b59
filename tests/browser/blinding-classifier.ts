/** Tries to guess an image's arm from everything that came with it except its pixels, and reports its accuracy. */
import { inflateSync } from "node:zlib";
import { createRandom } from "@/lib/statistics/random";

/** One image as a rater's browser received it. */
export type ReceivedImage = {
  /** Images of one item are judged together; a label can only be mistaken for another of its item. */
  itemId: string;
  arm: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  /** Of all image requests of its item, from 0. */
  requestedAs: number;
  /** The item as the payload describes it, and the image's place in it. */
  item: Record<string, unknown>;
  place: number;
};

export type Verdict = {
  /** Share of images whose arm was named rightly, each by a classifier that had not seen its item. */
  accuracy: number;
  /** Mean of the same over permuted arms: what guessing gets. */
  chance: number;
  /** Share of permutations that did at least as well; small where something gives arms away. */
  pValue: number;
};

const folds = 6;
const chosenFeatures = 3;

/** Naive Bayes over all features, cross-validated by item, held against arms permuted within each item. */
export function judgeBlinding(images: readonly ReceivedImage[], permutations = 1000): Verdict {
  const { features, count } = numberFeatures(images.map(describe));
  const itemIds = [...new Set(images.map(({ itemId }) => itemId))].sort();
  const fold = images.map(({ itemId }) => itemIds.indexOf(itemId) % folds);
  const arms = [...new Set(images.map(({ arm }) => arm))].sort();
  const labels = images.map(({ arm }) => arms.indexOf(arm));
  const items = itemIds.map((id) => images.flatMap((image, at) => (image.itemId === id ? [at] : [])));
  const accuracyOf = (given: readonly number[]) => crossValidate(features, count, given, fold, arms.length);

  const accuracy = accuracyOf(labels);
  const random = createRandom(1);
  let sum = 0;
  let asGood = 0;
  for (let index = 0; index < permutations; index++) {
    const permuted = [...labels];
    for (const members of items) {
      for (let last = members.length - 1; last > 0; last--) {
        const other = random.nextInt(last + 1);
        const [a, b] = [members[last]!, members[other]!];
        [permuted[a], permuted[b]] = [permuted[b]!, permuted[a]!];
      }
    }
    const guessed = accuracyOf(permuted);
    sum += guessed;
    if (guessed >= accuracy) asGood++;
  }
  return { accuracy, chance: sum / permutations, pValue: (1 + asGood) / (1 + permutations) };
}

/** Everything that could tell, as words; pixels apart, which are what people are to judge. */
function describe({ url, headers, body, requestedAs, item, place }: ReceivedImage): string[] {
  const token = url.split("/").at(-1)!;
  const { assignmentId, imageTokens: _tokens, caption: _caption, ...rest } = item;
  return [
    `address length ${url.length}`,
    ...[...token].map((letter, at) => `token ${at} ${letter}`),
    ...[...new Set(token)].map((letter) => `token has ${letter}`),
    ...Object.entries(headers).map(([name, value]) => `header ${name}: ${value}`),
    `headers ${Object.keys(headers).join(" ")}`,
    `requested as ${requestedAs}`,
    `place ${place}`,
    `fields ${Object.keys(item).join(" ")}`,
    ...Object.entries(rest).map(([name, value]) => `${name} is ${JSON.stringify(value)}`),
    ...[...String(assignmentId)].map((letter, at) => `assignment ${at} ${letter}`),
    ...describePng(body),
  ];
}

/** Of a PNG everything but the pixels and the checksums that follow from them. */
function describePng(body: Buffer): string[] {
  const words = [`length ${body.length}`];
  const data: Buffer[] = [];
  let at = 8;
  while (at < body.length) {
    const length = body.readUInt32BE(at);
    const type = body.toString("latin1", at + 4, at + 8);
    const content = body.subarray(at + 8, at + 8 + length);
    words.push(`chunk ${type} of ${length}`);
    if (type === "IDAT") data.push(content);
    else words.push(`chunk ${type} ${content.toString("hex")}`);
    at += 12 + length;
  }
  const packed = Buffer.concat(data);
  const rowBytes = 1 + 3 * body.readUInt32BE(16);
  const rows = inflateSync(packed);
  const filters = Array.from({ length: Math.ceil(rows.length / rowBytes) }, (_, row) => rows[row * rowBytes]);
  return [...words, `zlib ${packed.toString("hex", 0, 7)}`, `filters ${filters.join(" ")}`];
}

/** Each image's features as numbers; what only one image or every image has is left out, for it tells nothing. */
function numberFeatures(described: string[][]): { features: number[][]; count: number } {
  const counts = new Map<string, number>();
  for (const words of described) {
    for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const telling = [...counts].filter(([, count]) => count > 1 && count < described.length);
  const numbers = new Map(telling.map(([word], index) => [word, index]));
  const features = described.map((words) => [...new Set(words)].flatMap((word) => numbers.get(word) ?? []));
  return { features, count: numbers.size };
}

/**
 * Share of right guesses of Bernoulli naive Bayes with add-one smoothing on the few most telling features. Addresses
 * alone bring hundreds of random ones, among which a single leak would be lost.
 */
function crossValidate(
  features: readonly number[][],
  featureCount: number,
  labels: readonly number[],
  fold: readonly number[],
  classes: number,
): number {
  let right = 0;
  for (let held = 0; held < folds; held++) {
    const counts = Array.from({ length: classes }, () => new Float64Array(featureCount));
    const seen = new Float64Array(classes);
    for (const [at, words] of features.entries()) {
      if (fold[at] === held) continue;
      const label = labels[at]!;
      seen[label]! += 1;
      for (const word of words) counts[label]![word]! += 1;
    }
    const chosen = mostTelling(counts, seen);
    for (const [at, words] of features.entries()) {
      if (fold[at] !== held) continue;
      const scores = counts.map((of, label) => {
        let score = Math.log(seen[label]!);
        for (const word of chosen) {
          const share = (of[word]! + 1) / (seen[label]! + 2);
          score += Math.log(words.includes(word) ? share : 1 - share);
        }
        return score;
      });
      if (scores.indexOf(Math.max(...scores)) === labels[at]) right++;
    }
  }
  return right / labels.length;
}

/** The features that depend most on the arm, by Pearson's χ² of presence against arm. */
function mostTelling(counts: readonly Float64Array[], seen: Float64Array): number[] {
  const all = seen.reduce((sum, count) => sum + count, 0);
  const best: { word: number; dependence: number }[] = [];
  for (let word = 0; word < counts[0]!.length; word++) {
    const present = counts.reduce((sum, of) => sum + of[word]!, 0);
    if (present === 0 || present === all) continue;
    let dependence = 0;
    for (const [label, of] of counts.entries()) {
      const expected = (present * seen[label]!) / all;
      // Presence and absence differ from what is expected by as much.
      dependence += (of[word]! - expected) ** 2 * (1 / expected + 1 / (seen[label]! - expected));
    }
    // Sorting for every word would take most of the time.
    if (best.length === chosenFeatures && dependence <= best.at(-1)!.dependence) continue;
    best.push({ word, dependence });
    best.sort((a, b) => b.dependence - a.dependence);
    best.length = Math.min(best.length, chosenFeatures);
  }
  return best.map(({ word }) => word);
}
