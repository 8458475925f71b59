import { describe, expect, test } from "vitest";
import { AttributeCounter } from "@/lib/datasets/audit/attribute-counts";
import { listFindings } from "@/lib/datasets/audit/findings";
import { expectedTogether, judgeCounts } from "@/lib/datasets/audit/judge-counts";
import { parseWordLists } from "@/lib/datasets/audit/word-lists";

const lists = parseWordLists(`
negation: no
# colour
brown
black
white
# setting
beach
snow
couch
`);

/** @param images captions of an image, how many such images, and their split */
function audit(images: readonly (readonly [captions: string[], count: number, split?: number])[]) {
  const counter = new AttributeCounter(lists, ["training", "held-out"]);
  for (const [captions, count, split = 0] of images) {
    for (let image = 0; image < count; image++) counter.add(captions, split);
  }
  return judgeCounts(counter.counts());
}

describe("counting", () => {
  const counts = audit([
    [["a brown dog on a beach", "a brown dog", "brown"], 3],
    [["brown and white, no snow"], 1],
    [["on a beach"], 2, 1],
    [["a dog"], 1],
  ]);

  test("counts an image once, whatever the number of its captions", () => {
    expect(counts).toMatchObject({ images: 7, captions: 13, withoutAny: 1 });
    const [colour, setting] = counts.attributes;
    expect(colour!.named).toBe(4);
    expect(colour!.values.map(({ name, images }) => [name, images])).toEqual([
      ["brown", 4],
      ["black", 0],
      ["white", 1],
    ]);
    expect(setting!.values[0]).toEqual({ name: "beach", images: 5, negated: 0, inSplits: [3, 2] });
    expect(setting!.values[1]).toMatchObject({ images: 0, negated: 1 });
  });

  test("counts combinations among the images that name both attributes", () => {
    expect(counts.pairs[0]).toEqual({
      rows: 0,
      columns: 1,
      both: 3,
      rowValues: [0, 2],
      columnValues: [0],
      rowTotals: [3, 0],
      columnTotals: [3],
      together: [[3], [0]],
    });
    expect(expectedTogether(counts.pairs[0]!, 0, 0)).toBe(3);
  });
});

describe("judging", () => {
  const counts = audit([
    [["brown beach"], 40],
    [["brown couch"], 40],
    [["black couch"], 40],
    [["black beach"], 1],
    [["white snow"], 2],
    [["white beach"], 1],
  ]);

  test("tells missing, rare and frequent combinations with what independence would give", () => {
    const found = counts.combinations.map(({ row, column, observed, verdict, mayBeChance }) =>
      [verdict, row, column, observed, mayBeChance ? "?" : ""].join(" ").trim(),
    );
    expect(found).toContain("rare black beach 1");
    expect(found).toContain("frequent white snow 2");
    expect(found).toContain("missing white couch 0 ?");
    const rare = counts.combinations.find(({ verdict }) => verdict === "rare")!;
    expect(rare.expected).toBeCloseTo((41 * 42) / 124, 10);
    expect(found.some((each) => each.includes("brown couch"))).toBe(false);
  });

  test("says nothing of combinations that few images can have", () => {
    expect(
      audit([
        [["brown beach"], 1],
        [["white snow"], 1],
      ]).combinations,
    ).toEqual([]);
  });

  test("names the combination among the findings", () => {
    const texts = listFindings(counts, null).map(({ text }) => text);
    expect(texts).toContain(
      "1 image has both “black” (colour) and “beach” (setting); 13.9 would be expected if the two were independent.",
    );
  });
});

describe("splits", () => {
  test("a value of which one split has more is found, with an interval that holds for all values", () => {
    const { splitComparison } = audit([
      [["brown beach"], 90],
      [["black beach"], 10],
      [["brown snow"], 20, 1],
      [["black beach"], 30, 1],
    ]);
    expect(splitComparison).toMatchObject({
      splits: ["training", "held-out"],
      images: [100, 50],
      compared: 4,
    });
    expect(splitComparison!.skewed.map(({ value }) => value)).toEqual(["brown", "black", "beach", "snow"]);
    const [brown] = splitComparison!.skewed;
    expect(brown).toMatchObject({ shares: [0.9, 0.4], difference: 0.5 });
    expect(brown!.low).toBeGreaterThan(0.25);
    expect(brown!.low).toBeLessThan(0.34);
  });

  test("equal splits, and a dataset with one split, give nothing", () => {
    const equal = audit([
      [["brown"], 30],
      [["black"], 30],
      [["brown"], 20, 1],
      [["black"], 20, 1],
    ]);
    expect(equal.splitComparison!.skewed).toEqual([]);
    expect(audit([[["brown"], 30]]).splitComparison).toBeNull();
  });
});

test("an attribute that almost always has one value is one-sided", () => {
  const texts = (brown: number) =>
    listFindings(
      audit([
        [["brown"], brown],
        [["black"], 10],
      ]),
      null,
    ).map(({ text }) => text);
  expect(texts(90)).toEqual([
    "Of 100 images whose captions name a colour, 90% (interval 83% to 94%) are “brown”.",
  ]);
  expect(texts(12)).toEqual([]);
});
