/** Conversion between typed text and values, in both directions. */
import { describe, expect, it } from "vitest";
import {
  type Codec,
  lines,
  number,
  numberList,
  orNull,
  percent,
  wordsOrNull,
} from "@/components/form/codecs";

describe("codecs of form fields", () => {
  it.each<[string, Codec<unknown>, string, unknown]>([
    ["a number", number, "0,5", 0.5],
    ["a small number", number, "1e-7", 1e-7],
    ["no number", number, "five", Number.NaN],
    ["nothing where a number is needed", number, " ", Number.NaN],
    ["nothing where a number may be left out", orNull(number), " ", null],
    ["no number where one may be left out", orNull(number), "five", Number.NaN],
    ["a share", percent, "55", 0.55],
    ["a share with a decimal comma", percent, "12,5", 0.125],
    ["no share", orNull(percent), "", null],
    ["numbers", numberList, "5, 10;20", [5, 10, 20]],
    ["numbers with a word among them", numberList, "5 ten", [5, Number.NaN]],
    ["no numbers", numberList, "", []],
    ["lines", lines, "a red dog\r\n\n a cat ", ["a red dog", "a cat"]],
    ["no choice", wordsOrNull, "", null],
  ])("read %s", (_, codec, text, value) => {
    expect(codec.parse(text)).toEqual(value);
    // What is shown for a value means that value, so that a field can be drawn again from it.
    if (![value].flat().includes(Number.NaN)) {
      expect(codec.parse(codec.format(value))).toEqual(value);
    }
  });

  it("show a share without floating-point noise, and nothing for an unset value", () => {
    expect(percent.format(0.55)).toBe("55");
    expect(percent.format(0.29)).toBe("29");
    expect([number, percent, lines, numberList].map((codec) => codec.format(undefined as never))).toEqual([
      "",
      "",
      "",
      "",
    ]);
  });
});
