/** An invalid design is rejected with an error at the field that is wrong. */
import { describe, expect, it } from "vitest";
import { fieldErrors } from "@/lib/platform/accounts/field-errors";
import { type StudyDesignInput, studyDesign } from "@/lib/studies/design/study-design";

const id = "019328d0-0000-7000-8000-000000000000";
const design: StudyDesignInput = {
  name: "dogs",
  criteria: [{ key: "caption-similarity", question: "Which image matches the caption better?" }],
  arms: [
    { name: "real", datasetId: id },
    { name: "original", sampleSetId: id },
  ],
};

function errors(changes: Partial<StudyDesignInput>): Record<string, string> {
  const checked = studyDesign.safeParse({ ...design, ...changes });
  return checked.success ? {} : fieldErrors(checked.error);
}

describe("studyDesign", () => {
  it("accepts a minimal design, with all checks off", () => {
    const parsed = studyDesign.parse(design);
    expect(parsed).toMatchObject({
      language: "en",
      captionChoice: { choice: "all" },
      pairChoice: "balanced",
      stopRule: null,
      qualityControl: { trainingItems: 0, qualificationShare: null, goldItems: 0, repeats: 0 },
    });
  });

  it("names the question that needs more arms than there are", () => {
    for (const questionType of ["ranking", "best-worst"] as const) {
      const criteria = [design.criteria[0]!, { key: "order", question: "Order them.", questionType }];
      expect(Object.keys(errors({ criteria }))).toEqual(["criteria.1.questionType"]);
    }
  });

  it("treats two spellings of é as the same name, and rejects names with line breaks", () => {
    const named = (first: string, second: string) => [
      { name: first, datasetId: id },
      { name: second, sampleSetId: id },
    ];
    expect(errors({ arms: named("café", "cafe\u0301") })).toEqual({
      "arms.1.name": "Two arms have this name.",
    });
    expect(
      errors({
        arms: named("café", "real"),
        primary: { question: "caption-similarity", arms: ["real", "cafe\u0301"] },
      }),
    ).toEqual({});
    expect(Object.keys(errors({ arms: named("two\nlines", "real") }))).toEqual(["arms.0.name"]);
  });

  it("names unknown arms and questions in a primary comparison", () => {
    const of = (question: string, arms: [string, string]) => errors({ primary: { question, arms } });
    expect(of("caption-similarity", ["original", "real"])).toEqual({});
    expect(of("caption-similarity", ["original", "tuned"])).toEqual({
      "primary.arms.1": "No arm is named “tuned”. There are real, original.",
    });
    expect(of("photorealism", ["original", "real"])).toEqual({
      "primary.question": "No question has the key “photorealism”. There are caption-similarity.",
    });
    expect(Object.keys(of("caption-similarity", ["real", "real"]))).toEqual(["primary.arms.1"]);
    expect(Object.keys(errors({ registration: { endDate: "24.12.2026" } }))).toEqual([
      "registration.endDate",
    ]);
  });

  it("names the missing check of an exclusion rule", () => {
    expect(errors({ qualityControl: { qualificationShare: 0.8 } })).toEqual({
      "qualityControl.trainingItems": "A qualification needs training items.",
    });
    expect(Object.keys(errors({ qualityControl: { excludeBelowGoldShare: 0.5 } }))).toEqual([
      "qualityControl.goldItems",
    ]);
    expect(
      Object.keys(errors({ qualityControl: { attentionChecks: 1, excludeAfterFailedAttention: 2 } })),
    ).toEqual(["qualityControl.excludeAfterFailedAttention"]);
  });

  it("says which checks a question can have", () => {
    const realism = { key: "photorealism", question: "Which image looks more real?" };
    const sha = (digit: string) => digit.repeat(64);
    const check = {
      criterion: "photorealism",
      use: "gold" as const,
      captionId: id,
      images: [sha("a"), sha("b")],
      right: { type: "best" as const, position: 1 },
    };
    const gold = { qualityControl: { goldItems: 1 } };
    expect(errors({ criteria: [realism], ...gold })["qualityControl.goldItems"]).toMatch(
      /^Correct answers are only known automatically for the question “caption-similarity”. For “photorealism”, pick/,
    );
    expect(
      errors({ criteria: [{ ...realism, key: "own-wording" }], qualityControl: { trainingItems: 2 } })[
        "qualityControl.trainingItems"
      ],
    ).toMatch(/2 training items are requested, but 0 picked/);
    expect(errors({ criteria: [...design.criteria, realism], ...gold })).toEqual({});
    expect(errors({ criteria: [realism], checks: [check], ...gold })).toEqual({});
    const fault = (changes: object, questionType: "pair" | "likert" | "ranking" | "best-worst" = "pair") =>
      errors({
        criteria: [{ ...realism, questionType }],
        arms: [...design.arms, { name: "fine-tuned", sampleSetId: id }],
        checks: [{ ...check, ...changes }],
      });
    const three = [sha("a"), sha("b"), sha("c")];
    expect(Object.keys(fault({ criterion: "caption-similarity" }))).toEqual(["checks.0.criterion"]);
    expect(Object.keys(fault({ images: three }))).toEqual(["checks.0.images"]);
    expect(Object.keys(fault({ images: [sha("a"), sha("a")] }))).toEqual(["checks.0.images"]);
    expect(Object.keys(fault({ right: { type: "scores", scores: [1] } }))).toEqual(["checks.0.right"]);
    expect(Object.keys(fault({ right: { type: "best", position: 2 } }))).toEqual(["checks.0.right"]);
    expect(fault({ right: { type: "exactly", winner: "tie" } })).toEqual({});
    const one = { images: [sha("a")] };
    expect(fault({ ...one, right: { type: "scores", scores: [4, 5] } }, "likert")).toEqual({});
    for (const scores of [
      [0, 1],
      [1, 2, 3, 4, 5],
    ]) {
      const wrong = fault({ ...one, right: { type: "scores", scores } }, "likert");
      expect(Object.keys(wrong)).toEqual(["checks.0.right"]);
    }
    const order = (places: number[]) =>
      fault({ images: three, right: { type: "order", order: places } }, "ranking");
    expect(order([2, 0, 1])).toEqual({});
    expect(Object.keys(order([2, 0, 0]))).toEqual(["checks.0.right"]);
    const extremes = (best: number, worst: number) =>
      fault({ images: three, right: { type: "best-worst", best, worst } }, "best-worst");
    expect(extremes(2, 0)).toEqual({});
    expect(Object.keys(extremes(2, 2))).toEqual(["checks.0.right"]);
  });

  it("rejects a rule that cannot exclude anybody, and says how many items it needs", () => {
    expect(errors({ qualityControl: { goldItems: 2, excludeBelowGoldShare: 0.8 } })).toEqual({
      "qualityControl.goldItems":
        "With 2 items, nobody could be excluded for being below 80%: even all wrong could be chance. Use at least 3 items.",
    });
    expect(errors({ qualityControl: { goldItems: 3, excludeBelowGoldShare: 0.8 } })).toEqual({});
    const training = errors({ qualityControl: { trainingItems: 4, qualificationShare: 0.5 } });
    expect(training["qualityControl.trainingItems"]).toMatch(/Use at least 5 items/);
    expect(errors({ qualityControl: { trainingItems: 1, qualificationShare: 1 } })).toEqual({});
  });

  it("rejects attention checks and active pairs if no question supports them", () => {
    const arms = [...design.arms, { name: "fine-tuned", sampleSetId: id }];
    const criteria = [{ key: "order", question: "Order them.", questionType: "ranking" as const }];
    expect(Object.keys(errors({ arms, criteria, qualityControl: { attentionChecks: 1 } }))).toEqual([
      "qualityControl.attentionChecks",
    ]);
    expect(Object.keys(errors({ arms, criteria, pairChoice: "active" }))).toEqual(["pairChoice"]);
    expect(Object.keys(errors({ arms, criteria, opponents: 2 }))).toEqual(["opponents"]);
  });

  it("sends raters to complete https addresses only", () => {
    for (const url of ["http://example.org/done", "/done", "javascript:alert(1)", "//example.org"]) {
      expect(Object.keys(errors({ endings: { nothingLeft: { url } } }))).toEqual(["endings.nothingLeft.url"]);
      expect(Object.keys(errors({ completionUrl: url }))).toEqual(["completionUrl"]);
    }
    const url = "https://app.prolific.com/submissions/complete?cc=C1";
    expect(errors({ endings: { complete: { url } } })).toEqual({});
  });

  it("reads older designs with only three named endings", () => {
    const url = "https://example.org/out";
    const parsed = studyDesign.parse({ ...design, completionCode: "C1", screenedOutUrl: url });
    expect(parsed.endings).toMatchObject({
      complete: { code: "C1", url: null },
      screenedOut: { code: null, url },
      closed: null,
    });
    expect(parsed).not.toHaveProperty("completionCode");
  });

  it("names an unknown arm in the stop rule", () => {
    const stopRule = { arms: ["real", "orignal"] as [string, string], tightestAtVotes: 500 };
    expect(errors({ stopRule })).toEqual({ "stopRule.arms.1": "No arm is named “orignal”." });
    expect(errors({ stopRule: { arms: ["Real", "original"], tightestAtVotes: 500 } })).toEqual({});
  });
});
