import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  firstWord,
  puzzles,
  puzzleText,
  readProof,
  solveChallenge,
  zeroBits,
} from "@/lib/rating/admission/proof-of-work";

describe("firstWord", () => {
  it.each(["", "abc", "x".repeat(55), "AAAAAAAAAAAAAAAAAAAAAA 15 123456"])(
    "is what Node's SHA-256 of “%s” begins with",
    (text) => {
      expect(firstWord(text)).toBe(createHash("sha256").update(text).digest().readInt32BE(0));
    },
  );
});

describe("solveChallenge", () => {
  it("finds a number for each puzzle, by Node's SHA-256 as well", () => {
    const challenge = "1.random.AAAAAAAAAAAAAAAAAAAAAA";
    const proof = readProof(solveChallenge(challenge));
    expect(proof?.challenge).toBe(challenge);
    expect(proof?.numbers).toHaveLength(puzzles);
    for (const [index, number] of proof!.numbers.entries()) {
      const digest = createHash("sha256")
        .update(puzzleText(challenge, index, number))
        .digest();
      expect(digest.readUInt32BE(0)).toBeLessThan(2 ** (32 - zeroBits));
    }
  });
});

describe("readProof", () => {
  it.each([
    "",
    "~",
    "challenge",
    `challenge~${"1.".repeat(14)}1`,
    `c~${"a.".repeat(15)}a`,
    `c~${"1.".repeat(15)}1~`,
  ])("takes “%s” for no proof", (text) => expect(readProof(text)).toBeNull());
});
