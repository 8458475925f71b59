/** A plan keeps the hash with which it was opened, whatever later formats contain. */
import { expect, it } from "vitest";
import { hashPlan, planFormat, planToJson, type StudyPlan } from "@/lib/studies/plan/plan-hash";

const plan: StudyPlan = {
  study: {
    planFormat: null,
    name: "dogs",
    instructions: "",
    consentText: "",
    language: "en",
    ratersPerItem: 3,
    itemsPerRater: 40,
    leaseSeconds: 600,
    pairChoice: "BALANCED",
    opponents: null,
    captionChoice: { choice: "all" },
    qualityControl: {},
    stopRule: null,
    imageSizePx: 64,
    imageFit: "crop",
    seed: 7,
    primary: { question: "caption-similarity", arms: ["real", "original"] },
    registration: { hypothesis: "Real ones win." },
    registrationText: "Registration",
    criteria: [
      {
        id: "q",
        key: "caption-similarity",
        question: "Which picture matches the caption better?",
        questionType: "pair",
        marksWords: false,
        marksPlaces: false,
      },
    ],
    arms: [
      { id: "a", name: "real", datasetId: "d", sampleSetId: null },
      { id: "b", name: "original", datasetId: null, sampleSetId: "s" },
    ],
  },
  items: [
    {
      kind: "REGULAR",
      criterionId: "q",
      captionId: "c",
      captionText: "a dog",
      contest: "a b",
      expected: null,
      images: [
        { armId: "a", sha256: "0".repeat(64) },
        { armId: "b", sha256: "1".repeat(64) },
      ],
      seats: [{ placement: [1, 0] }],
    },
  ],
};

it("gives a plan without a format number the same hash as release 0.1.0", () => {
  expect(hashPlan(plan)).toBe("1f001e596b769b9d00422dc5cc6e28a121d765081bb21148a6f9c3111fd1e653");
  expect(hashPlan({ ...plan, study: { ...plan.study, planFormat: 1 } })).toBe(hashPlan(plan));
});

it("covers the format, the primary comparison and the registration from format 2 on", () => {
  const study = { ...plan.study, planFormat };
  const changes = [
    {},
    { planFormat: 1 },
    { primary: { question: "caption-similarity", arms: ["original", "real"] } },
    { registration: { hypothesis: "Real ones lose." } },
    { registrationText: "Another" },
  ];
  const hashes = changes.map((change) => hashPlan({ ...plan, study: { ...study, ...change } }));
  expect(new Set(hashes).size).toBe(changes.length);
  expect(JSON.parse(planToJson({ ...plan, study })).format).toBe(planFormat);
});
