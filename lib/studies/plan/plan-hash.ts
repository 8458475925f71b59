/** The hash that fixes a study's plan: anyone who has the released plan can compute it again. */
import { createHash } from "node:crypto";
import type { PlannedItem, PlannedSeat } from "./planned-item";

/**
 * What `planToJson` covers, by number, so that plans keep the hash that they were opened with. 1: design, items and
 * seats. 2: also the primary comparison, the registration and its text, and its own number as `format`.
 */
export const planFormat = 2;

/** What a plan consists of; times, links and progress are not part of it. */
export type StudyPlan = {
  study: {
    /** Null for plans from before formats had numbers, which are of format 1. */
    planFormat: number | null;
    name: string;
    instructions: string;
    consentText: string;
    language: string;
    ratersPerItem: number;
    itemsPerRater: number;
    leaseSeconds: number;
    pairChoice: string;
    opponents: number | null;
    captionChoice: unknown;
    qualityControl: unknown;
    stopRule: unknown;
    imageSizePx: number;
    imageFit: string;
    seed: number;
    primary: unknown;
    registration: unknown;
    registrationText: string | null;
    criteria: {
      id: string;
      key: string;
      question: string;
      questionType: string;
      marksWords: boolean;
      marksPlaces: boolean;
    }[];
    arms: { id: string; name: string; datasetId: string | null; sampleSetId: string | null }[];
  };
  items: HashedItem[];
};

/** Items of imported studies have neither a dataset's caption nor images, and may have a name. */
export type StoredItem = Omit<PlannedItem, "captionId" | "images"> & {
  captionId: string | null;
  name?: string | null;
  images: { armId: string | null; sha256: string | null }[];
  seats: PlannedSeat[];
};

/** Of its seats the hash covers the places, in the order of their rounds. */
export type HashedItem = Omit<StoredItem, "seats"> & { seats: Pick<PlannedSeat, "placement">[] };

/**
 * The plan as plain JSON with its keys sorted: arms, criteria and captions under their names, every item with the
 * hashes of its blind images and the places of each seat. The order of `items` makes no difference. Keys never change, not
 * even those that say picture for image: plans that are open or released have their hashes.
 */
export function planToJson({ study, items }: StudyPlan): string {
  const armName = new Map(study.arms.map(({ id, name }) => [id, name]));
  const criterionKey = new Map(study.criteria.map(({ id, key }) => [id, key]));
  const { criteria, arms } = study;
  const written = items.map(
    ({ kind, criterionId, captionId, captionText, name, contest, expected, images, seats }) =>
      // Its keys are in the order in which sortedJson, which takes five times as long, would put them.
      JSON.stringify({
        captionId,
        captionText,
        contest: contest
          .split(" ")
          .map((part) => armName.get(part) ?? part)
          .join(" | "),
        criterion: criterionKey.get(criterionId),
        expected: expected === null ? null : JSON.parse(sortedJson(expected)),
        kind,
        ...(name ? { name } : {}),
        pictures: images.map(({ armId, sha256 }) => ({
          arm: armId === null ? null : armName.get(armId),
          sha256,
        })),
        placements: seats.map(({ placement }) => placement),
      }),
  );
  const design = {
    name: study.name,
    instructions: study.instructions,
    consentText: study.consentText,
    language: study.language,
    ratersPerItem: study.ratersPerItem,
    itemsPerRater: study.itemsPerRater,
    leaseSeconds: study.leaseSeconds,
    pairChoice: study.pairChoice,
    // Left out where all pairs are asked, as plans were hashed before there was a choice.
    ...(study.opponents === null ? {} : { opponents: study.opponents }),
    captionChoice: study.captionChoice,
    qualityControl: study.qualityControl,
    stopRule: study.stopRule,
    pictureSizePx: study.imageSizePx,
    // Left out where the square is cut out, as plans were hashed before there was a choice.
    ...(study.imageFit === "crop" ? {} : { imageFit: study.imageFit }),
    seed: study.seed,
    ...((study.planFormat ?? 1) >= 2
      ? {
          format: study.planFormat,
          primary: study.primary,
          registration: study.registration,
          registrationText: study.registrationText,
        }
      : {}),
    criteria: criteria.map(({ key, question, questionType, marksWords, marksPlaces }) => ({
      key,
      question,
      questionType: nameInPlan(questionType),
      marksWords,
      marksPlaces,
    })),
    arms: arms.map(({ name, datasetId, sampleSetId }) => ({ name, datasetId, sampleSetId })),
  };
  const parts = Object.entries(design)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, sortedJson(value)] as const);
  // Rows of a database have no order of their own.
  const all = [...parts, ["items", `[${written.sort().join(",")}]`] as const];
  return `{${all
    .sort(byKey)
    .map(([key, json]) => `${JSON.stringify(key)}:${json}`)
    .join(",")}}`;
}

/** Plans write the names of question types in capitals, with _ for hyphens. */
function nameInPlan(questionType: string): string {
  return questionType.toUpperCase().replaceAll("-", "_");
}

/** The question type that a plan names. */
export function nameFromPlan(written: string): string {
  return written.toLowerCase().replaceAll("_", "-");
}

/** Lower-case hex SHA-256 of `planToJson`. */
export function hashPlan(plan: StudyPlan): string {
  return createHash("sha256").update(planToJson(plan)).digest("hex");
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(byKey))
      : inner,
  );
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
