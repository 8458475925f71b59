/** CLIP's tokenizer against the reference's tokens. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodeClipCaption } from "@/lib/diffusion/noised-clip/clip-tokenizer";
import { sharedPath } from "@/tests/shared";

type Cases = {
  max_text_len: number;
  cases: { caption: string; tokens: number[]; padded: number[]; length: number }[];
};

const casesPath = sharedPath("parity/clip-tokenizer.json");

describe.skipIf(casesPath === null)("encodeClipCaption against the reference", () => {
  const { max_text_len: context, cases }: Cases =
    casesPath === null ? { max_text_len: 77, cases: [] } : JSON.parse(readFileSync(casesPath, "utf8"));

  it.each(cases)("gives the same tokens for $caption", ({ caption, tokens, padded, length }) => {
    const encoded = encodeClipCaption(caption, context);
    expect(Array.from(encoded.tokens, Number)).toEqual(padded);
    expect(encoded.length).toBe(length);
    expect(encoded.truncated).toBe(tokens.length > context - 2);
  });
});

describe("encodeClipCaption", () => {
  const tokensOf = (caption: string) => [...encodeClipCaption(caption, 77).tokens];

  it("keeps the end mark of a caption that is cut", () => {
    const { tokens, length, truncated } = encodeClipCaption("a dog and a cat and a bird", 6);
    expect([tokens[0], tokens.at(-1), length, truncated]).toEqual([49406n, 49407n, 6, true]);
  });

  it("reads names of JavaScript's own properties as words", () => {
    expect(encodeClipCaption("constructor __proto__", 77).length).toBeGreaterThan(3);
    expect(tokensOf("constructor")).not.toContain(undefined);
  });

  it("reads composed characters and curly quotation marks as their plain forms", () => {
    expect(tokensOf("the dog’s cafe\u0301")).toEqual(tokensOf("the dog's café"));
  });

  it("rejects a word that would take minutes", () => {
    expect(() => encodeClipCaption("x".repeat(5000), 77)).toThrow("more than 1000 characters");
  });
});
