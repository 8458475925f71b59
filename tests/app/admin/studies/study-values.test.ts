/** A design that is loaded into the form and sent again stays the same. */
import { describe, expect, it } from "vitest";
import {
  designToValues,
  fieldOfDesign,
  fittingChecks,
  initialValues,
  toDesign,
} from "@/app/admin/studies/new/study-values";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { type StudyDesignInput, studyDesign } from "@/lib/studies/design/study-design";

const ids = [
  "0198c0de-0000-7000-8000-000000000001",
  "0198c0de-0000-7000-8000-000000000002",
  "0198c0de-0000-7000-8000-000000000003",
];
const sources: ArmSource[] = ids.map((id, index) => ({
  kind: index === 0 ? "dataset" : "sampleSet",
  id,
  name: `source ${index}`,
  imageCount: 12,
}));

const plain: StudyDesignInput = {
  name: "plain",
  criteria: [{ key: "caption-similarity", question: "Which image matches the caption better?" }],
  arms: [
    { name: "real", datasetId: ids[0] },
    { name: "original", sampleSetId: ids[1] },
  ],
};

const everything: StudyDesignInput = {
  name: "everything",
  instructions: "Look closely.",
  consentText: "I agree.",
  language: "de",
  criteria: [
    {
      key: "photorealism",
      question: "Wie sehr ähnelt das Bild einem echten Foto?",
      questionType: "likert",
      marksPlaces: true,
    },
    { key: "fur", question: "Which fur is right?", questionType: "ranking", marksWords: true },
    { key: "caption-similarity", question: "Worded by the researcher?", questionType: "best-worst" },
  ],
  arms: [
    { name: "later", sampleSetId: ids[2] },
    { name: "real", datasetId: ids[0] },
    { name: "sooner", sampleSetId: ids[1] },
  ],
  captionChoice: { choice: "containing", text: "snow" },
  ratersPerItem: 7,
  itemsPerRater: 55,
  leaseSeconds: 90,
  qualityControl: {
    trainingItems: 4,
    qualificationShare: 0.57,
    goldItems: 3,
    excludeBelowGoldShare: 0.69,
    attentionChecks: 2,
    excludeAfterFailedAttention: 2,
    repeats: 5,
  },
  checks: [
    {
      criterion: "photorealism",
      use: "gold",
      captionId: ids[0]!,
      images: ["a".repeat(64)],
      right: { type: "scores", scores: [1, 2] },
    },
  ],
  primary: { question: "fur", arms: ["sooner", "later"] },
  registration: {
    hypothesis: "Sooner is better than later.",
    flaggedRaters: "left-out",
    exclusionsByHand: "Nobody is.",
    raterCount: 30,
    raterSource: "Prolific, fluent in German",
    endDate: "2026-12-24",
  },
  endings: {
    complete: { code: "C1", url: "https://example.org/done" },
    nothingLeft: { code: "C2" },
    closed: { code: "C3" },
    screenedOut: { url: "https://example.org/out" },
    excluded: { code: "C4" },
    late: { code: "C5", url: "https://example.org/late" },
  },
  seed: 77,
};

const stopping: StudyDesignInput = {
  ...plain,
  name: "stopping",
  captionChoice: { choice: "random", count: 9 },
  pairChoice: "active",
  opponents: 2,
  stopRule: { arms: ["original", "real"], tightestAtVotes: 800, coverage: 0.99 },
};

const ofCategories: StudyDesignInput = {
  ...plain,
  name: "of categories",
  captionChoice: { choice: "category", categories: ["Category=Animals", "Challenge=Basic"] },
};

describe("designToValues", () => {
  it.each([plain, everything, stopping, ofCategories])("keeps all of the design “$name”", (input) => {
    const design = studyDesign.parse(input);
    expect(studyDesign.parse(toDesign(designToValues(design), sources))).toEqual(design);
  });

  it("adds a newly ticked arm after those of the design", () => {
    const values = { ...designToValues(studyDesign.parse(stopping)), [`arm ${ids[2]}`]: true };
    expect(toDesign(values, sources).arms.map(({ name }) => name)).toEqual(["real", "original", "source 2"]);
  });
});

describe("fittingChecks", () => {
  it("keeps the checks that still fit", () => {
    const values = designToValues(studyDesign.parse(everything));
    expect(JSON.parse(fittingChecks(values))).toHaveLength(1);
    for (const [field, value] of [
      ["ask photorealism", false],
      ["type photorealism", "pair"],
    ] as const) {
      const changedValues = { ...values, [field]: value };
      expect(studyDesign.safeParse(toDesign(changedValues, sources)).success).toBe(false);
      expect(fittingChecks(changedValues)).toBe("[]");
    }
  });
});

describe("toDesign", () => {
  it("drops the primary pair when one of its arms is deselected, and chooses the only remaining pair", () => {
    const values = designToValues(studyDesign.parse(everything));
    const three = { ...values, [`arm ${ids[1]}`]: false, primaryPair: `${ids[1]} ${ids[2]}` };
    expect(toDesign(three, sources).primary).toEqual({ question: "fur", arms: ["later", "real"] });
    const renamed = { ...values, [`armName ${ids[1]}`]: "another" };
    expect(toDesign(renamed, sources).primary?.arms).toEqual(["another", "later"]);
    const unchosen = studyDesign.safeParse(toDesign({ ...values, primaryPair: "" }, sources));
    expect(unchosen.error?.issues.map(({ path }) => path.join("."))).toEqual([
      "primary.arms.0",
      "primary.arms.1",
    ]);
  });

  it("drops the primary comparison when its question is removed", () => {
    const values = { ...designToValues(studyDesign.parse(everything)), ownCount: "0" };
    expect(toDesign(values, sources).primary).toBeNull();
  });
});

describe("initialValues", () => {
  it("has a value for every field of the form that a design fills", () => {
    const filled = Object.keys(designToValues(studyDesign.parse(plain)));
    expect(filled.filter((name) => !name.includes(" "))).toEqual(
      Object.keys(initialValues({})).filter((name) => !name.includes(" ")),
    );
  });
});

describe("errors of a design", () => {
  const design = studyDesign.parse(everything);
  const values = designToValues(design);
  const fieldOf = (path: string) => fieldOfDesign(path, values, sources);

  it.each([
    ["name", "name"],
    ["design.name", "name"],
    ["arms", "arms"],
    ["arms.1.name", `armName ${ids[0]}`],
    ["criteria", "criteria"],
    ["criteria.0.questionType", "type photorealism"],
    ["criteria.1.question", "question own-question"],
    ["captionChoice.text", "captionText"],
    ["qualityControl.goldItems", "goldItems"],
    ["qualityControl.excludeBelowGoldShare", "goldPercent"],
    ["registration.raterCount", "raterCount"],
    ["endings.screenedOut.url", "endUrl screenedOut"],
    ["stopRule.arms.1", "stopArms"],
    ["primary.arms.0", "primaryPair"],
    ["checks.2.right", "checks"],
    ["pairChoice", "active"],
  ])("is shown for %s at the field %s", (path, field) => {
    expect(fieldOf(path)).toBe(field);
  });

  it("has a field for every value that the form can send", () => {
    const broken = studyDesign.safeParse({ ...toDesign(initialValues({}), []), opponents: 0, seed: -1 });
    const fields = broken.error!.issues.map(({ path }) =>
      fieldOfDesign(path.join("."), initialValues({}), []),
    );
    expect(new Set(fields)).toEqual(new Set(["name", "arms", "opponents", "seed"]));
  });
});
