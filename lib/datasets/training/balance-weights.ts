/** How often images are drawn in training, so that the values of chosen attributes are seen equally often. */
import { SemblanceError } from "@/lib/errors";
import { MentionFinder } from "../audit/find-mentions";
import type { WordLists } from "../audit/word-lists";

export type Balance = {
  /** Names of attributes of the word lists. */
  readonly balanceAttributes: readonly string[];
  /** 0: all images alike; 1: all values equally often. */
  readonly balanceStrength: number;
};

/** The part of the drawn images whose captions name a value, from 0 to 1: of images as they are, and by their weights. */
export type BalancedValue = { readonly name: string; readonly before: number; readonly after: number };
export type BalancedAttribute = { readonly name: string; readonly values: readonly BalancedValue[] };

export type BalanceWeights = {
  /** One per image; their mean is 1. */
  readonly weights: readonly number[];
  readonly attributes: readonly BalancedAttribute[];
};

/** Adjusting to one attribute after the other converges within a few rounds; these are enough for any lists. */
const rounds = 50;

/**
 * Weights by which every value that captions name is drawn equally often among the images that name its attribute; images
 * that name none keep their part. An image that names several values counts for each in equal parts. With several
 * attributes, weights are adjusted to each in turn until all fit (raking; Deming & Stephan 1940), as far as the images
 * allow. The strength is the power to which the weights are raised.
 *
 * @param captions of each image
 * @throws SemblanceError `invalid_input` for an attribute that the lists do not have, or that no caption names
 */
export function balanceWeights(
  captions: readonly (readonly string[])[],
  lists: WordLists,
  { balanceAttributes, balanceStrength }: Balance,
): BalanceWeights {
  const finder = new MentionFinder(lists);
  const mentions = captions.map((texts) => texts.flatMap((text) => finder.find(text)));
  const named = balanceAttributes.map((name) => {
    const attribute = attributeOf(lists, name);
    const values = mentions.map((found) => [
      ...new Set(
        found.flatMap((each) => (each.attribute === attribute && !each.isNegated ? [each.value] : [])),
      ),
    ]);
    if (values.every((list) => list.length === 0)) throw unnamed(name);
    return { name, attribute, values };
  });
  const raked = new Float64Array(captions.length).fill(1);
  for (let round = 0; round < rounds; round++) for (const { values } of named) adjust(raked, values);
  const weights = normalised(
    raked.map((weight) => weight ** balanceStrength),
    named.map(({ values }) => values),
  );
  return {
    weights,
    attributes: named.map(({ name, attribute, values }) => ({
      name,
      values: lists.attributes[attribute]!.values.flatMap((value, number) => {
        const share = (of: (image: number) => number) =>
          values.reduce((sum, list, image) => sum + (list.includes(number) ? of(image) : 0), 0) /
          captions.length;
        const before = share(() => 1);
        return before === 0 ? [] : [{ name: value.name, before, after: share((image) => weights[image]!) }];
      }),
    })),
  };
}

/** Makes the values of one attribute equally heavy and keeps the weight of all images that name one. */
function adjust(weights: Float64Array, values: readonly (readonly number[])[]): void {
  const heavy = new Map<number, number>();
  let total = 0;
  for (const [image, list] of values.entries()) {
    if (list.length > 0) total += weights[image]!;
    for (const value of list) heavy.set(value, (heavy.get(value) ?? 0) + weights[image]! / list.length);
  }
  const factor = (value: number) => total / heavy.size / heavy.get(value)!;
  for (const [image, list] of values.entries()) {
    if (list.length === 0) continue;
    weights[image]! *= list.reduce((sum, value) => sum + factor(value), 0) / list.length;
  }
}

/** Images that name no chosen attribute keep weight 1, the others together theirs. */
function normalised(
  weights: Float64Array,
  attributes: readonly (readonly (readonly number[])[])[],
): number[] {
  const isNamed = (image: number) => attributes.some((values) => values[image]!.length > 0);
  let [sum, count] = [0, 0];
  for (const [image, weight] of weights.entries()) {
    if (!isNamed(image)) continue;
    sum += weight;
    count++;
  }
  return [...weights].map((weight, image) => (isNamed(image) ? (weight * count) / sum : 1));
}

/** @throws SemblanceError `invalid_input` naming the first that the lists do not have */
export function checkAttributes(lists: WordLists, names: readonly string[]): void {
  for (const name of names) attributeOf(lists, name);
}

function attributeOf({ attributes }: WordLists, name: string): number {
  const found = attributes.findIndex((attribute) => attribute.name === name.trim().toLowerCase());
  if (found !== -1) return found;
  throw new SemblanceError("invalid_input", `The word lists have no attribute “${name}”.`, {
    remedy: `Choose from ${attributes.map((attribute) => attribute.name).join(", ")}.`,
    details: { field: "settings.balanceAttributes" },
  });
}

function unnamed(name: string): SemblanceError {
  return new SemblanceError("invalid_input", `No caption of the training images names a ${name}.`, {
    remedy: "Choose another attribute, or add the captions’ words to the word lists.",
    details: { field: "settings.balanceAttributes" },
  });
}
