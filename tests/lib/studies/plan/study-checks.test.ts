/** Checks whose correct answer is known by construction; planning is reproducible. */
import { describe, expect, it } from "vitest";
import type { PickedCheck } from "@/lib/studies/design/picked-checks";
import { qualityControl } from "@/lib/studies/design/quality-control";
import { needsPhotographs, planChecks } from "@/lib/studies/plan/study-checks";

const photographs = [
  ["a", "a brown dog runs on the beach"],
  ["b", "a brown dog runs on the grass"],
  ["c", "two children with red balloons"],
  ["d", "an old train under snow"],
  ["e", "a brown dog sleeps on the beach"],
  ["f", "grapes in blue bowls"],
].map(([key, text]) => ({ captionId: `caption-${key}`, text: text!, sha256: `photograph-${key}` }));
const textOf = new Map(photographs.map(({ sha256, text }) => [sha256, text]));
const options = { language: "en" as const, armCount: 3, seed: 5, picked: [] };

describe("planChecks", () => {
  it("shows a caption's own photograph next to one whose caption has no word in common, if there is one", () => {
    const control = qualityControl.parse({ trainingItems: 4, goldItems: 2 });
    const checks = planChecks(
      control,
      [{ id: "q", key: "caption-similarity", questionType: "pair" }],
      photographs,
      options,
    );
    expect(checks.filter(({ kind }) => kind === "TRAINING")).toHaveLength(4);
    expect(checks.filter(({ kind }) => kind === "GOLD")).toHaveLength(2 + 3);
    for (const { captionText, images, expected } of checks) {
      expect(textOf.get(images[0]!.sha256)).toBe(captionText);
      expect(expected).toEqual({ type: "best", position: 0 });
      const words = new Set(captionText.split(" "));
      const shared = textOf
        .get(images[1]!.sha256)!
        .split(" ")
        .filter((word) => words.has(word));
      expect(shared).toEqual([]);
    }
    expect(
      planChecks(
        control,
        [{ id: "q", key: "caption-similarity", questionType: "pair" }],
        photographs,
        options,
      ),
    ).toEqual(checks);
  });

  it("expects high scores for the caption's own photograph and low ones for another's", () => {
    const control = qualityControl.parse({ trainingItems: 2 });
    const checks = planChecks(
      control,
      [{ id: "q", key: "caption-similarity", questionType: "likert" }],
      photographs,
      options,
    );
    for (const { captionText, images, expected } of checks) {
      const isOwn = textOf.get(images[0]!.sha256) === captionText;
      expect(expected).toEqual({ type: "scores", scores: isOwn ? [4, 5] : [1, 2] });
    }
    expect(new Set(checks.map(({ expected }) => JSON.stringify(expected))).size).toBe(2);
  });

  it("asks for a particular answer in the study's language", () => {
    const control = qualityControl.parse({ attentionChecks: 1 });
    const german = planChecks(
      control,
      [{ id: "q", key: "caption-similarity", questionType: "pair" }],
      photographs,
      {
        ...options,
        language: "de",
      },
    );
    expect(german[0]).toMatchObject({ kind: "ATTENTION", expected: { type: "exactly", winner: "both_bad" } });
    expect(german[0]!.captionText).toContain("„Keines passt“");
  });

  it("makes automatic checks for caption similarity only", () => {
    const similarity = { id: "s", key: "caption-similarity", questionType: "pair" as const };
    const realism = { id: "r", key: "photorealism", questionType: "likert" as const };
    const control = qualityControl.parse({ trainingItems: 3, goldItems: 3 });
    const checks = planChecks(control, [realism, similarity], photographs, options);
    expect(checks).toHaveLength(3 + 3 + 3);
    expect(new Set(checks.map(({ criterionId }) => criterionId))).toEqual(new Set(["s"]));
    for (const key of ["photorealism", "own-question"]) {
      expect(() => planChecks(control, [{ ...realism, key }], photographs, options)).toThrow(
        /“caption-similarity”.*3 training items are requested, but 0 picked/,
      );
    }
  });

  it("uses the researcher's checks before automatic ones, with the given correct answer", () => {
    const realism = { id: "r", key: "photorealism", questionType: "likert" as const };
    const pick = (use: "training" | "gold", name: string): PickedCheck & { captionText: string } => ({
      criterion: "photorealism",
      use,
      captionId: `caption-${name}`,
      captionText: `caption ${name}`,
      images: [name],
      right: { type: "scores", scores: [1, 2] },
    });
    const picked = [pick("gold", "a"), pick("training", "b"), pick("gold", "c")];
    const control = qualityControl.parse({ trainingItems: 1, goldItems: 2 });
    expect(needsPhotographs(control, picked)).toBe(false);
    const checks = planChecks(control, [realism], [], { ...options, picked });
    expect(
      checks.map(({ kind, contest, captionText, images }) => [kind, contest, captionText, images]),
    ).toEqual([
      ["TRAINING", "TRAINING 000", "caption b", [{ armId: null, sha256: "b" }]],
      ["GOLD", "GOLD 000", "caption a", [{ armId: null, sha256: "a" }]],
      ["GOLD", "GOLD 001", "caption c", [{ armId: null, sha256: "c" }]],
    ]);
    expect(checks.every(({ expected }) => JSON.stringify(expected).includes("[1,2]"))).toBe(true);
    const similarity = { id: "s", key: "caption-similarity", questionType: "pair" as const };
    const both = planChecks(qualityControl.parse({ goldItems: 4 }), [realism, similarity], photographs, {
      ...options,
      picked,
    });
    expect(both.map(({ criterionId }) => criterionId)).toEqual(["r", "r", "s", "s", "s", "s", "s"]);
    expect(new Set(both.map(({ contest }) => contest)).size).toBe(7);
  });

  it("expects no low score if two captions have something in common", () => {
    const dogs = ["red", "brown", "white", "black", "grey", "golden"].map((colour) => ({
      captionId: colour,
      text: `a ${colour} dog`,
      sha256: colour,
    }));
    const control = qualityControl.parse({ trainingItems: 4 });
    const criterion = { id: "q", key: "caption-similarity", questionType: "likert" as const };
    for (const { captionText, images, expected } of planChecks(control, [criterion], dogs, options)) {
      expect(captionText).toBe(`a ${images[0]!.sha256} dog`);
      expect(expected).toEqual({ type: "scores", scores: [4, 5] });
    }
  });

  it("makes no check from a caption that fits every other photograph too", () => {
    const alike = photographs.map((photograph) => ({ ...photograph, text: "a dog" }));
    const control = qualityControl.parse({ goldItems: 2 });
    const criterion = { id: "q", key: "caption-similarity", questionType: "pair" as const };
    expect(() => planChecks(control, [criterion], alike, options)).toThrow(/too similar/);
    const checks = planChecks(control, [criterion], [...alike.slice(1), photographs[2]!], options);
    expect(new Set(checks.map(({ captionText }) => captionText))).toEqual(
      new Set(["a dog", "two children with red balloons"]),
    );
    for (const { captionText, images } of checks.filter((check) => check.captionText === "a dog")) {
      expect([captionText, images[1]!.sha256]).toEqual(["a dog", photographs[2]!.sha256]);
    }
  });
});
