/** The tokenizer against the reference's tokens, and its padding. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  countTokens,
  emptyCaption,
  encodeCaption,
  paddingToken,
  tokenPieces,
  untaughtWords,
  vocabularySize,
} from "@/lib/diffusion/model/tokenizer";
import { SemblanceError } from "@/lib/errors";
import { sharedPath } from "@/tests/shared";

interface TokenizerCases {
  n_vocab: number;
  end_token: number;
  text_ctx: number;
  cases: { caption: string; tokens: number[]; padded: number[] | null; mask_true: number }[];
}

const casesPath = sharedPath("parity/tokenizer.json");

describe.skipIf(casesPath === null)("encodeCaption against the reference", () => {
  const reference: TokenizerCases =
    casesPath === null
      ? { n_vocab: 0, end_token: 0, text_ctx: 0, cases: [] }
      : JSON.parse(readFileSync(casesPath, "utf8"));

  it("has its vocabulary", () => {
    expect(vocabularySize).toBe(reference.n_vocab);
    expect(paddingToken).toBe(reference.end_token);
    expect(reference.cases.length).toBeGreaterThan(10);
  });

  it.each(reference.cases)("gives the same tokens for $caption", ({ caption, tokens, padded, mask_true }) => {
    const encoded = encodeCaption(caption, reference.text_ctx);
    const kept = Math.min(tokens.length, reference.text_ctx);
    const expected = padded ?? [
      ...tokens.slice(0, kept),
      ...new Array<number>(reference.text_ctx - kept).fill(paddingToken),
    ];
    expect(Array.from(encoded.tokens, Number)).toEqual(expected);
    expect([...encoded.mask]).toEqual(expected.map((_, position) => (position < mask_true ? 1 : 0)));
    expect(encoded.truncated).toBe(tokens.length > reference.text_ctx);
    expect(countTokens(caption)).toBe(tokens.length);
  });
});

describe("encodeCaption", () => {
  it("reads capitals as small letters", () => {
    expect(encodeCaption("A Happy CORGI").tokens).toEqual(encodeCaption("a happy corgi").tokens);
  });

  it("reads a special token's name as ordinary text", () => {
    const { tokens } = encodeCaption("a <|endoftext|> b", 16);
    expect(countTokens("a <|endoftext|> b")).toBe(9);
    expect(tokens.subarray(0, 9)).not.toContain(BigInt(paddingToken));
  });

  it("truncates long captions and says so", () => {
    const encoded = encodeCaption("very ".repeat(20), 4);
    expect(encoded.tokens).toHaveLength(4);
    expect([...encoded.mask]).toEqual([1, 1, 1, 1]);
    expect(encoded.truncated).toBe(true);
    expect(encodeCaption("a dog", 2).truncated).toBe(false);
  });

  it("gives the empty caption for no text", () => {
    expect(encodeCaption("")).toEqual(emptyCaption());
    expect(emptyCaption(3)).toEqual({
      tokens: BigInt64Array.of(50256n, 50256n, 50256n),
      mask: Uint8Array.of(0, 0, 0),
      truncated: false,
    });
  });

  it("uses Python's definition of white space", () => {
    // U+0085 separates words and U+FEFF is a sign, the other way round than for JavaScript's \s.
    expect(countTokens("a\u0085b")).toBe(4);
    expect(countTokens("\ufeff\ufeff")).toBe(
      encodeCaption("\ufeff\ufeff").mask.reduce((sum, bit) => sum + bit, 0),
    );
    expect(encodeCaption("a\ufeff b", 8).tokens).not.toEqual(encodeCaption("a  b", 8).tokens);
  });

  it("accepts long captions, but not endless words", () => {
    expect(countTokens("dog ".repeat(20_000))).toBe(20_001);
    expect(() => countTokens("a".repeat(100_000))).toThrow(SemblanceError);
  });
});

it("names words with an untaught token once, without punctuation", () => {
  const taught = new Set([...encodeCaption("a brown dog on the grass in 2 a").tokens].map(Number));
  expect(untaughtWords("a Brown dog, on the grass", taught)).toEqual([]);
  expect(untaughtWords("a purple zebra and a Purple dog in 7 !", taught)).toEqual([
    "purple",
    "zebra",
    "and",
    "7",
  ]);
  expect(untaughtWords("anything at all", null)).toEqual([]);
  expect(untaughtWords("", taught)).toEqual([]);
});

describe("tokenPieces", () => {
  const texts = (caption: string) => tokenPieces(caption).map(({ text }) => text);

  it.each([
    "A Brown dog",
    " two  blanks ",
    "naïve café — “quoted”",
    "犬が走る 🐕‍🦺 and 👩‍👩‍👧",
    "half a pair \uD83D here",
    "",
  ])("are the whole caption, and as many as its tokens: %s", (caption) => {
    const pieces = tokenPieces(caption);
    const wellFormed = caption.toLowerCase().replace(/\p{Surrogate}/u, "\uFFFD");
    expect(pieces.map(({ text }) => text).join("")).toBe(wellFormed);
    expect(pieces.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(countTokens(caption));
  });

  it("keeps a character together that takes several tokens", () => {
    expect(texts("a 🐕 dog")).toEqual(["a", " 🐕", " dog"]);
    expect(tokenPieces("🐕")[0]!.tokens).toBeGreaterThan(1);
  });

  it("says what is beyond the context", () => {
    const pieces = tokenPieces("a dog on a lawn", 3);
    expect(pieces.map(({ isRead }) => isRead)).toEqual([true, true, true, false, false]);
    const { truncated } = encodeCaption("a dog ".repeat(70));
    expect(truncated).toBe(tokenPieces("a dog ".repeat(70)).some(({ isRead }) => !isRead));
  });
});
