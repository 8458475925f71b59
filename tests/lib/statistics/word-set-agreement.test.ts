import { describe, expect, test } from "vitest";
import { createRandom } from "@/lib/statistics/random";
import { jaccardDistance, wordSet, wordSetAgreement } from "@/lib/statistics/word-set-agreement";

const coverage = 0.95;
const described = (rows: [image: string, person: string, text: string][]) =>
  rows.map(([image, person, text]) => ({ image, person, text }));

describe("words", () => {
  test("are runs of letters and digits, lower-cased, each once", () => {
    expect([...wordSet("A dog, a DOG — and Übung 2!")]).toEqual(["a", "dog", "and", "übung", "2"]);
  });

  test("of two texts are as far apart as the share that only one has", () => {
    expect(jaccardDistance(wordSet("a brown dog"), wordSet("a black dog"))).toBe(0.5);
    expect(jaccardDistance(wordSet("a"), wordSet("b"))).toBe(1);
    expect(jaccardDistance(new Set(), new Set())).toBe(0);
  });
});

describe("wordSetAgreement", () => {
  test("by hand: 1 - (n - 1) · observed / expected over pairs of texts", () => {
    const { value, units, ratings } = wordSetAgreement(
      described([
        ["1", "a", "brown dog"],
        ["1", "b", "brown dog runs"],
        ["2", "a", "black cat"],
        ["2", "b", "black cat sleeps"],
        // One person alone says nothing of agreement.
        ["3", "a", "a bird"],
      ]),
      { coverage },
    );
    // Within images 1/3 each; between images 1 for all four pairs.
    const observed = 2 / 3;
    const expected = 2 / 3 + 4;
    expect(value).toBeCloseTo(1 - (3 * observed) / expected, 6);
    expect({ units, ratings }).toEqual({ units: 2, ratings: 4 });
  });

  test("words that everybody uses for everything do not count as agreement", () => {
    const random = createRandom(3);
    const word = () => `w${random.nextInt(400)}`;
    const rows = Array.from({ length: 120 }, (_, i): [string, string, string] => [
      String(i >> 1),
      `p${i % 6}`,
      `this is a photograph of ${word()} ${word()} ${word()}`,
    ]);
    const { value } = wordSetAgreement(described(rows), { coverage });
    expect(Math.abs(value!)).toBeLessThan(0.05);
  });

  test("equal texts of each image are full agreement, with Wilson's lower bound", () => {
    const rows = Array.from({ length: 10 }, (_, i): [string, string, string] => [
      String(i >> 1),
      `p${i % 2}`,
      `thing ${i >> 1}`,
    ]);
    const { value, low, high } = wordSetAgreement(described(rows), { coverage });
    expect([value, high]).toEqual([1, 1]);
    expect(low!).toBeGreaterThan(0.5);
    expect(low!).toBeLessThan(1);
  });

  test("is undefined for one image, and where all texts have the same words", () => {
    expect(
      wordSetAgreement(
        described([
          ["1", "a", "x"],
          ["1", "b", "y"],
        ]),
        { coverage },
      ).value,
    ).toBeNull();
    const same = described([
      ["1", "a", "x"],
      ["1", "b", "x"],
      ["2", "a", "x"],
      ["2", "b", "x"],
    ]);
    expect(wordSetAgreement(same, { coverage }).value).toBeNull();
  });

  test("several captions of a person are one set of words; the order of rows does not matter", () => {
    const rows = described([
      ["1", "a", "a dog"],
      ["1", "a", "it runs"],
      ["1", "b", "a dog runs"],
      ["2", "a", "a cat sleeps"],
      ["2", "b", "a cat"],
      ["3", "b", "two birds"],
      ["3", "a", "birds"],
    ]);
    const given = wordSetAgreement(rows, { coverage });
    expect(given.ratings).toBe(6);
    const turned = wordSetAgreement(rows.toReversed(), { coverage });
    expect(turned.value).toBeCloseTo(given.value!, 12);
    expect(turned.low).toBeCloseTo(given.low!, 9);
    expect(turned.high).toBeCloseTo(given.high!, 9);
  });

  test("the interval covers α of many images in about 95% of samples, people differing in taste", () => {
    const random = createRandom(11);
    const people = Array.from({ length: 8 }, (_, p) => `p${p}`);
    const draw = (images: number) =>
      described(
        Array.from({ length: images }, (_, i): [string, string, string][] => {
          const things = Array.from({ length: 4 }, () => `t${random.nextInt(60)}`);
          const first = random.nextInt(8);
          const second = (first + 1 + random.nextInt(7)) % 8;
          const text = () => things.filter(() => random.nextUniform() < 0.7).join(" ");
          return [
            [String(i), people[first]!, `${text()} x`],
            [String(i), people[second]!, `${text()} x`],
          ];
        }).flat(),
      );
    const truth = wordSetAgreement(draw(700), { coverage }).value!;
    const samples = 120;
    let covered = 0;
    for (let i = 0; i < samples; i++) {
      const { low, high } = wordSetAgreement(draw(30), { coverage });
      if (low! <= truth && truth <= high!) covered++;
    }
    expect(covered / samples).toBeGreaterThan(0.89);
  });
});
