import { describe, expect, test } from "vitest";
import { MentionFinder } from "@/lib/datasets/audit/find-mentions";
import { usualWordLists } from "@/lib/datasets/audit/usual-word-lists";
import { parseWordLists, writeWordLists } from "@/lib/datasets/audit/word-lists";

const text = `
negation: no, without
passed over: hot dog

# colour
brown: tan, chestnut
golden
orange
# animal
dog: puppy
# setting
wall: orange wall
beach: sandy beach
`;

/** As "value", "not value". */
function named(caption: string, lists = parseWordLists(text)): string[] {
  return new MentionFinder(lists).find(caption).map(({ attribute, value, isNegated }) => {
    const { name } = lists.attributes[attribute]!.values[value]!;
    return isNegated ? `not ${name}` : name;
  });
}

describe("word lists as text", () => {
  test("are read and written alike, the usual ones too", () => {
    const lists = parseWordLists(text);
    expect(lists.attributes.map(({ name }) => name)).toEqual(["colour", "animal", "setting"]);
    expect(lists.attributes[0]!.values[0]).toEqual({ name: "brown", words: ["brown", "tan", "chestnut"] });
    expect(parseWordLists(writeWordLists(lists))).toEqual(lists);
    for (const language of ["en", "de"]) {
      const usual = usualWordLists(language);
      expect(parseWordLists(writeWordLists(usual))).toEqual(usual);
    }
  });

  test.each([
    ["brown", "Line 1: “brown” belongs to no attribute."],
    ["constructor: tan", "Line 1: “constructor” belongs to no attribute."],
    ["# colour\nbrown\n\nbrown: tan", "Line 4: “brown” is there twice in colour."],
    ["# colour\n# size\nsmall", "The attribute “colour” has no values."],
    ["# colour\nbrown\n# colour\nred", "Line 3: “colour” is there twice."],
    ["# colour\n!!", "Line 2: “!!” has no letters or digits."],
    ["#\nbrown", "Line 1: the attribute has no name."],
    ["", "There is no attribute."],
    [
      `# colour\n${Array.from({ length: 41 }, (_, value) => `v${value}`).join("\n")}`,
      "Line 42: colour has more than 40 values.",
    ],
  ])("name the line that cannot be read: %j", (wrong, message) => {
    expect(() => parseWordLists(wrong)).toThrow(message);
  });
});

describe("what a caption names", () => {
  test.each([
    ["a brown dog", ["brown", "dog"]],
    ["A BROWN Dog's bowl", ["brown", "dog"]],
    ["two brown puppies on beaches", ["brown", "dog", "beach"]],
    // Within other words nothing is found.
    ["a doghouse, brownish, of tang", []],
    ["a sandy-beach scene", ["beach"]],
    // The longest phrase counts, and its words no further.
    ["a dog before an orange wall", ["dog", "wall"]],
    ["a hot dog and an orange", ["orange"]],
    ["a hot brown dog", ["brown", "dog"]],
  ])("%s", (caption, values) => {
    expect(named(caption)).toEqual(values);
  });

  test.each([
    ["a beach without dogs", ["beach", "not dog"]],
    ["no brown or golden dog on a beach", ["not brown", "not golden", "not dog", "beach"]],
    ["no people, a brown dog", ["brown", "dog"]],
    ["a dog without a collar on brown sand", ["dog", "brown"]],
    ["no collar but a brown dog", ["brown", "dog"]],
  ])("negated: %s", (caption, values) => {
    expect(named(caption)).toEqual(values);
  });

  test("the usual lists tell a colour from a golden retriever's evening light", () => {
    expect(named("a golden retriever in golden evening light", usualWordLists("en"))).toEqual([
      "golden",
      "evening",
    ]);
    expect(named("a short haired dog, not small", usualWordLists("en"))).toEqual([
      "short-haired",
      "not small",
    ]);
  });

  test.each([
    ["Ein kleiner brauner Hund sitzt auf der Wiese", ["klein", "braun", "sitzend", "gras"]],
    ["zwei schwarze Katzen vor weißem Hintergrund", ["schwarz", "studio"]],
    ["ein Hund ohne rotes Halsband im Schnee", ["not rot", "schnee"]],
    ["keine braunen oder grauen Hunde, aber ein weißer", ["not braun", "not grau", "weiß"]],
    // Longer words are other words: Rotkehlchen, Blaubeere, Grashalm.
    ["ein Rotkehlchen mit Blaubeere", []],
  ])("in German, by endings: %s", (caption, values) => {
    expect(named(caption, usualWordLists("de-AT"))).toEqual(values);
  });
});
