/** How often the captions of a dataset name each value of each attribute, and each two of them together. */
import { z } from "zod";
import { MentionFinder } from "./find-mentions";
import type { WordLists } from "./word-lists";

const count = z.number().int().nonnegative();

/** Counts of images, one that has several captions once. For captions without images, of their places. */
export const attributeCounts = z.object({
  images: count,
  captions: count,
  /** Images whose captions name no attribute at all. */
  withoutAny: count,
  splits: z.array(z.object({ name: z.string(), images: count })),
  attributes: z.array(
    z.object({
      name: z.string(),
      /** Images whose captions name some value. */
      named: count,
      values: z.array(
        z.object({
          name: z.string(),
          images: count,
          /** Images of which a caption says that it is not there. */
          negated: count,
          /** For each split. */
          inSplits: z.array(count),
        }),
      ),
    }),
  ),
  /** Each two different attributes; of values that some caption names. */
  pairs: z.array(
    z.object({
      /** Numbers of the attributes. */
      rows: count,
      columns: count,
      /** Images whose captions name both attributes. */
      both: count,
      /** Numbers of the values that occur. */
      rowValues: z.array(count),
      columnValues: z.array(count),
      /** Of the images that name both attributes: those with each value. */
      rowTotals: z.array(count),
      columnTotals: z.array(count),
      /** For each row value its images with each column value. */
      together: z.array(z.array(count)),
    }),
  ),
});

export type AttributeCounts = z.output<typeof attributeCounts>;
export type AttributePair = AttributeCounts["pairs"][number];

/** Counts image by image; its memory depends on the word lists alone. */
export class AttributeCounter {
  readonly #lists: WordLists;
  readonly #finder: MentionFinder;
  readonly #splits: readonly string[];
  /** Number of each attribute's first value among all values. */
  readonly #offsets: readonly number[];
  readonly #valueCount: number;
  #images = 0;
  #captions = 0;
  #withoutAny = 0;
  readonly #inSplits: Uint32Array;
  readonly #named: Uint32Array;
  readonly #negated: Uint32Array;
  /** [value, split] */
  readonly #valuesInSplits: Uint32Array;
  /** [value, value] */
  readonly #together: Uint32Array;
  /** [attribute, attribute] */
  readonly #both: Uint32Array;
  /** [value, attribute]: images with the value that also name the attribute. */
  readonly #valuesWith: Uint32Array;

  /** @param splits names of the parts of the dataset */
  constructor(lists: WordLists, splits: readonly string[]) {
    this.#lists = lists;
    this.#finder = new MentionFinder(lists);
    this.#splits = splits;
    const offsets: number[] = [];
    let values = 0;
    for (const attribute of lists.attributes) {
      offsets.push(values);
      values += attribute.values.length;
    }
    this.#offsets = offsets;
    this.#valueCount = values;
    const attributes = lists.attributes.length;
    this.#inSplits = new Uint32Array(splits.length);
    this.#named = new Uint32Array(attributes);
    this.#negated = new Uint32Array(values);
    this.#valuesInSplits = new Uint32Array(values * splits.length);
    this.#together = new Uint32Array(values * values);
    this.#both = new Uint32Array(attributes * attributes);
    this.#valuesWith = new Uint32Array(values * attributes);
  }

  /** @param split number of the image's part */
  add(captions: readonly string[], split: number): void {
    this.#images++;
    this.#captions += captions.length;
    this.#inSplits[split]!++;
    const values = new Set<number>();
    const negated = new Set<number>();
    const attributes = new Set<number>();
    for (const caption of captions) {
      for (const { attribute, value, isNegated } of this.#finder.find(caption)) {
        const index = this.#offsets[attribute]! + value;
        if (isNegated) {
          negated.add(index);
        } else {
          values.add(index);
          attributes.add(attribute);
        }
      }
    }
    if (values.size === 0) this.#withoutAny++;
    for (const value of negated) this.#negated[value]!++;
    for (const one of attributes) {
      this.#named[one]!++;
      for (const other of attributes) this.#both[one * this.#named.length + other]!++;
    }
    for (const value of values) {
      this.#valuesInSplits[value * this.#splits.length + split]!++;
      for (const other of values) this.#together[value * this.#valueCount + other]!++;
      for (const attribute of attributes) this.#valuesWith[value * this.#named.length + attribute]!++;
    }
  }

  counts(): AttributeCounts {
    const { attributes } = this.#lists;
    const splitCount = this.#splits.length;
    return {
      images: this.#images,
      captions: this.#captions,
      withoutAny: this.#withoutAny,
      splits: this.#splits.map((name, split) => ({ name, images: this.#inSplits[split]! })),
      attributes: attributes.map(({ name, values }, attribute) => ({
        name,
        named: this.#named[attribute]!,
        values: values.map(({ name: value }, number) => {
          const index = this.#offsets[attribute]! + number;
          return {
            name: value,
            images: this.#imagesWith(index),
            negated: this.#negated[index]!,
            inSplits: [...this.#valuesInSplits.subarray(index * splitCount, (index + 1) * splitCount)],
          };
        }),
      })),
      pairs: attributes.flatMap((_, rows) =>
        attributes.slice(rows + 1).map((__, after) => this.#pair(rows, rows + 1 + after)),
      ),
    };
  }

  #imagesWith(index: number): number {
    return this.#together[index * this.#valueCount + index]!;
  }

  #pair(rows: number, columns: number): AttributePair {
    const occurring = (attribute: number) =>
      [...this.#lists.attributes[attribute]!.values.keys()].filter(
        (value) => this.#imagesWith(this.#offsets[attribute]! + value) > 0,
      );
    const attributeCount = this.#named.length;
    const totals = (of: number, withOther: number) =>
      occurring(of).map(
        (value) => this.#valuesWith[(this.#offsets[of]! + value) * attributeCount + withOther]!,
      );
    const [rowValues, columnValues] = [occurring(rows), occurring(columns)];
    return {
      rows,
      columns,
      both: this.#both[rows * attributeCount + columns]!,
      rowValues,
      columnValues,
      rowTotals: totals(rows, columns),
      columnTotals: totals(columns, rows),
      together: rowValues.map((row) =>
        columnValues.map(
          (column) =>
            this.#together[
              (this.#offsets[rows]! + row) * this.#valueCount + this.#offsets[columns]! + column
            ]!,
        ),
      ),
    };
  }
}
