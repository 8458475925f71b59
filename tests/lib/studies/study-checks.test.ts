/** Checks whose right answer is known by construction, and the same ones whenever they are planned. */
import { describe, expect, it } from "vitest";
import { qualityControl } from "@/lib/studies/quality-control";
import { planChecks } from "@/lib/studies/study-checks";

const photographs = [
  ["a", "a brown dog runs on the beach"],
  ["b", "a brown dog runs on the grass"],
  ["c", "two children with red balloons"],
  ["d", "an old train under snow"],
  ["e", "a brown dog sleeps on the beach"],
  ["f", "grapes in blue bowls"],
].map(([key, text]) => ({ captionId: `caption-${key}`, text: text!, sha256: `photograph-${key}` }));
const textOf = new Map(photographs.map(({ sha256, text }) => [sha256, text]));
const options = { language: "en" as const, armCount: 3, seed: 5 };

describe("planChecks", () => {
  it("sets a caption's own photograph beside one whose caption shares no word with it, where there is one", () => {
    const control = qualityControl.parse({ trainingItems: 4, goldItems: 2 });
    const checks = planChecks(control, [{ id: "q", questionType: "PAIR" }], photographs, options);
    expect(checks.filter(({ kind }) => kind === "TRAINING")).toHaveLength(4);
    expect(checks.filter(({ kind }) => kind === "GOLD")).toHaveLength(2 + 3);
    for (const { captionText, pictures, expected } of checks) {
      expect(textOf.get(pictures[0]!.sha256)).toBe(captionText);
      expect(expected).toEqual({ type: "best", position: 0 });
      const words = new Set(captionText.split(" "));
      const shared = textOf
        .get(pictures[1]!.sha256)!
        .split(" ")
        .filter((word) => words.has(word));
      expect(shared).toEqual([]);
    }
    expect(planChecks(control, [{ id: "q", questionType: "PAIR" }], photographs, options)).toEqual(checks);
  });

  it("expects high marks for the own photograph and low ones for another's", () => {
    const control = qualityControl.parse({ trainingItems: 2 });
    const checks = planChecks(control, [{ id: "q", questionType: "LIKERT" }], photographs, options);
    for (const { captionText, pictures, expected } of checks) {
      const isOwn = textOf.get(pictures[0]!.sha256) === captionText;
      expect(expected).toEqual({ type: "scores", scores: isOwn ? [4, 5] : [1, 2] });
    }
    expect(new Set(checks.map(({ expected }) => JSON.stringify(expected))).size).toBe(2);
  });

  it("asks for one answer by name in the study's language", () => {
    const control = qualityControl.parse({ attentionChecks: 1 });
    const german = planChecks(control, [{ id: "q", questionType: "PAIR" }], photographs, {
      ...options,
      language: "de",
    });
    expect(german[0]).toMatchObject({ kind: "ATTENTION", expected: { type: "exactly", winner: "both_bad" } });
    expect(german[0]!.captionText).toContain("„Keines passt“");
  });
});
