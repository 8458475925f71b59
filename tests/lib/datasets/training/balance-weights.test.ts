/** Weights by which values of attributes are seen equally often. */
import { describe, expect, test } from "vitest";
import { parseWordLists } from "@/lib/datasets/audit/word-lists";
import { balanceWeights } from "@/lib/datasets/training/balance-weights";

const lists = parseWordLists("negation: no\n\n# colour\nbrown\nblack\nwhite\n\n# size\nsmall\nlarge");
const of = (captions: string[], attributes: string[], strength = 1) =>
  balanceWeights(
    captions.map((caption) => [caption]),
    lists,
    { balanceAttributes: attributes, balanceStrength: strength },
  );
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("one attribute", () => {
  const captions = [...Array(6).fill("a white dog"), "a black dog", "a black dog", "a brown dog", "a dog"];

  test("its values are drawn equally often, and images that name none as before", () => {
    const { weights, attributes } = of(captions, ["colour"]);
    // Nine images name one of three colours: each colour is drawn three times.
    expect(weights.map((weight) => Number(weight.toFixed(6)))).toEqual([
      ...Array(6).fill(0.5),
      1.5,
      1.5,
      3,
      1,
    ]);
    expect(mean(weights)).toBeCloseTo(1, 12);
    expect(attributes).toEqual([
      {
        name: "colour",
        values: [
          { name: "brown", before: 0.1, after: expect.closeTo(0.3, 9) },
          { name: "black", before: 0.2, after: expect.closeTo(0.3, 9) },
          { name: "white", before: 0.6, after: expect.closeTo(0.3, 9) },
        ],
      },
    ]);
  });

  test("a strength of 0 changes nothing, and of one half goes between", () => {
    expect(of(captions, ["colour"], 0).weights).toEqual(Array(10).fill(1));
    const [brown] = of(captions, ["colour"], 0.5).attributes[0]!.values;
    expect(brown!.after).toBeGreaterThan(0.1);
    expect(brown!.after).toBeLessThan(0.3);
  });

  test("what a caption says is not there does not count, and two values count in equal parts", () => {
    const { weights } = of(
      ["a black and white dog", "a white dog", "no brown dog", "a black dog"],
      ["colour"],
    );
    expect(weights[2]).toBe(1);
    expect(weights[1]).toBeCloseTo(weights[3]!, 9);
  });
});

test("two attributes are balanced at once where the images allow it", () => {
  const captions = [
    ...Array(8).fill("a large white dog"),
    ...Array(2).fill("a small white dog"),
    "a large brown dog",
    ...Array(3).fill("a small brown dog"),
  ];
  const { attributes } = of(captions, ["colour", "size"]);
  for (const { values } of attributes) for (const { after } of values) expect(after).toBeCloseTo(0.5, 6);
});

test("names that the lists do not have, and attributes that no caption names, are refused in words", () => {
  expect(() => of(["a white dog"], ["fur"])).toThrow("no attribute “fur”");
  expect(() => of(["a white dog"], ["size"])).toThrow("names a size");
});
