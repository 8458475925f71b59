/** What a study asks: the captions that its arms share, the regular items of them, and the checks. */
import { photographs as photographsOnly } from "@/lib/datasets/photographs";
import { captionsAt, imagesAt } from "@/lib/datasets/revisions/at-revision";
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import { describeLeftOut, type LeftOutImage } from "@/lib/images/left-out";
import { db } from "@/lib/platform/database/db";
import { questionTypes, toQuestionTypeName } from "@/lib/questions/question-types";
import { counted } from "@/lib/text/counted";
import { type PickedCheck, pickedCheck } from "../design/picked-checks";
import { assertImagesExist } from "../design/picked-images";
import { qualityControl } from "../design/quality-control";
import { raterLanguages } from "../design/rater-languages";
import { type CaptionChoice, captionChoice } from "../design/study-design";
import { type ArmImages, imagesOfArm, type SharedCaption, shareCaptions } from "./arm-images";
import { shuffleByKey } from "./counterbalance";
import type { PlannedItem } from "./planned-item";
import {
  type CaptionedCheck,
  type DescribedPhotograph,
  needsKnownAnswers,
  needsPhotographs,
  planChecks,
} from "./study-checks";
import { type ItemArm, type ItemCriterion, planRegularItems } from "./study-items";

/** What of a study its items follow from. */
export const studyToPlan = {
  arms: {
    orderBy: { position: "asc" },
    include: { dataset: { select: { name: true } }, sampleSet: { select: { name: true } } },
  },
  criteria: { orderBy: { position: "asc" } },
} satisfies Prisma.StudyInclude;
export type StudyToPlan = Prisma.StudyGetPayload<{ include: typeof studyToPlan }>;

/**
 * The study's items, none with an image that is left out.
 *
 * @param mostCaptions regular items are made of no more than so many of the chosen captions
 * @returns `captionCount`: all that are chosen
 * @throws SemblanceError `invalid_input` when the arms share no caption, none is chosen, the design makes too many items, or
 *   there are too few photographs for its checks
 */
export async function planItems(
  study: StudyToPlan,
  leftOut: ReadonlyMap<string, LeftOutImage>,
  mostCaptions = Number.POSITIVE_INFINITY,
): Promise<{ items: PlannedItem[]; captionCount: number }> {
  const images = (await Promise.all(study.arms.map(imagesOfArm))).map((arm) => ({
    ...arm,
    images: arm.images.filter(({ sha256 }) => !leftOut.has(sha256)),
  }));
  const { captions: shared, arms } = shareCaptions(images);
  if (shared.length === 0) throw nothingShared(images, [...leftOut.values()]);
  const captions = await chooseCaptions(shared, captionChoice.parse(study.captionChoice), study.seed);
  const criteria = study.criteria.map((criterion) => ({
    ...criterion,
    questionType: toQuestionTypeName(criterion.questionType),
  }));
  assertOpenable({ ...study, criteria }, captions.length);
  const control = qualityControl.parse(study.qualityControl);
  const checks = pickedCheck.array().parse(study.pickedChecks);
  const picked = await withCaptions(checks);
  const photographs = needsPhotographs(control, picked)
    ? await photographsOf(
        shared,
        images.flatMap(({ datasetId }) => datasetId ?? []),
        leftOut,
        needsKnownAnswers(control, picked) ? null : arms,
      )
    : [];
  const items = [
    ...planRegularItems(criteria, captions.slice(0, mostCaptions), arms, study),
    ...planChecks(control, criteria, photographs, {
      language: raterLanguages.find((language) => language === study.language) ?? "en",
      armCount: arms.length,
      seed: study.seed,
      picked,
    }),
  ].filter(({ images }) => images.every(({ sha256 }) => !leftOut.has(sha256)));
  return { items, captionCount: captions.length };
}

/** Beyond it the plan no longer fits into the text that its hash is taken of. */
const mostItems = 200_000;

/** @throws SemblanceError `invalid_input` where the design makes more items than can be opened */
function assertOpenable(
  study: { criteria: readonly ItemCriterion[]; arms: readonly unknown[]; opponents: number | null },
  captionCount: number,
): void {
  const perCaption = study.criteria.reduce(
    (sum, { questionType }) =>
      sum + questionTypes[questionType].plan.itemsPerCaption(study.arms.length, study.opponents),
    0,
  );
  if (perCaption * captionCount <= mostItems) return;
  throw new SemblanceError(
    "invalid_input",
    `The design makes ${counted(perCaption * captionCount, "item", "items")}, ${perCaption} for each of ${counted(captionCount, "caption", "captions")}; the limit is ${mostItems}.`,
    {
      remedy: "Use fewer opponents per arm, or fewer captions.",
      details: { field: "opponents" },
    },
  );
}

function nothingShared(arms: readonly ArmImages[], leftOut: readonly LeftOutImage[]): SemblanceError {
  if (leftOut.length > 0) {
    return new SemblanceError("invalid_file", describeLeftOut(leftOut, ["image", "images"]), {
      remedy: "Import the dataset or draw the samples again: there are no captions left to use.",
    });
  }
  const counts = arms.map(({ armName, images }) => `${armName}: ${images.length}`).join(", ");
  return new SemblanceError("invalid_input", `The arms share no caption (images per arm: ${counts}).`, {
    remedy:
      "Draw or import images for the same captions, wait until that is done, then open. Captions of different datasets are the same where their texts are.",
  });
}

async function chooseCaptions(
  captions: SharedCaption[],
  chosen: CaptionChoice,
  seed: number,
): Promise<SharedCaption[]> {
  switch (chosen.choice) {
    case "all":
      return captions;
    case "first":
      return captions.slice(0, chosen.count);
    case "random": {
      const kept = new Set(shuffleByKey(captions.length, `${seed} captions`).slice(0, chosen.count));
      return captions.filter((_, index) => kept.has(index));
    }
    case "category": {
      const found = await captionsOfCategories(captions, chosen.categories);
      if (found.length > 0) return found;
      throw new SemblanceError(
        "invalid_input",
        `None of the captions that all arms share is of ${chosen.categories.join(" or ")}.`,
        { remedy: "Choose other categories.", details: { field: "captionChoice" } },
      );
    }
    case "containing": {
      const wanted = chosen.text.normalize().toLowerCase();
      const found = captions.filter(({ text }) => text.normalize().toLowerCase().includes(wanted));
      if (found.length > 0) return found;
      throw new SemblanceError(
        "invalid_input",
        `None of the captions that all arms share contains “${chosen.text}”.`,
        { remedy: "Delete this draft and choose other captions.", details: { field: "captionChoice" } },
      );
    }
  }
}

/** Where the arms are of different datasets, a caption has the categories that any of them gives it. */
async function captionsOfCategories(
  captions: SharedCaption[],
  categories: readonly string[],
): Promise<SharedCaption[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "id"::text FROM "Caption"
    WHERE "id" = ANY(${captions.flatMap(({ ids }) => ids)}::uuid[]) AND "categories" <> '{}' AND EXISTS (
      SELECT 1 FROM jsonb_each("categories") AS category(key, contents)
      CROSS JOIN LATERAL jsonb_array_elements_text(category.contents) AS content(value)
      WHERE category.key || '=' || content.value = ANY(${[...categories]}::text[]))`;
  const found = new Set(rows.map(({ id }) => id));
  return captions.filter(({ ids }) => ids.some((id) => found.has(id)));
}

/** @throws SemblanceError `not_found` where a caption is gone since its check was picked */
async function withCaptions(checks: readonly PickedCheck[]): Promise<CaptionedCheck[]> {
  const captions = await db.caption.findMany({
    where: { id: { in: checks.map(({ captionId }) => captionId) } },
    select: { id: true, text: true },
  });
  const textOf = new Map(captions.map(({ id, text }) => [id, text]));
  await assertImagesExist(db, checks);
  return checks.map((check) => ({ ...check, captionText: textOf.get(check.captionId)! }));
}

/** Photographs that tell checks apart. */
const fewestPhotographs = 6;

/**
 * The photograph behind each caption, whether or not the photographs are an arm of the study. A caption that was edited since
 * an image was drawn for it may have been wrong, so no answer is known from it.
 *
 * @param datasetIds those whose captions they are
 * @param standIns arms whose images serve where there are too few photographs, since nobody is asked about the images; null
 *   where answers are known only of photographs
 * @throws SemblanceError `invalid_input` for fewer than six
 */
async function photographsOf(
  captions: readonly SharedCaption[],
  datasetIds: readonly string[],
  leftOut: ReadonlyMap<string, LeftOutImage>,
  standIns: readonly ItemArm[] | null,
): Promise<DescribedPhotograph[]> {
  const image = { datasetId: { in: [...new Set(datasetIds)] }, ...photographsOnly, ...imagesAt("newest") };
  const [rows, photos] = await Promise.all([
    db.caption.findMany({
      where: { ...captionsAt("newest"), image },
      select: { id: true, imageId: true },
    }),
    db.image.findMany({ where: image, select: { id: true, blobSha256: true } }),
  ]);
  const photoOf = new Map(photos.map(({ id, blobSha256 }) => [id, blobSha256!]));
  const sha256Of = new Map(rows.map(({ id, imageId }) => [id, photoOf.get(imageId)]));
  const photographs = captions.flatMap(({ id, text, ids }): DescribedPhotograph[] => {
    const sha256 = ids.map((each) => sha256Of.get(each)).find((each) => each && !leftOut.has(each));
    return sha256 ? [{ captionId: id, text, sha256 }] : [];
  });
  const isEnough = (found: readonly DescribedPhotograph[]) =>
    new Set(found.map(({ sha256 }) => sha256)).size >= fewestPhotographs;
  if (isEnough(photographs)) return photographs;
  const shown = captions.map(({ id, text }, at) => ({
    captionId: id,
    text,
    sha256: standIns?.[at % standIns.length]?.sha256ByCaption.get(id) ?? "",
  }));
  if (standIns && isEnough(shown)) return shown;
  throw new SemblanceError(
    "invalid_input",
    `Checks are made from the captions' photographs, and the ${counted(captions.length, "caption has", "captions have")} fewer than six.`,
    {
      remedy:
        "Pick images and correct answers on the draft's page “Checks”, use more captions, or leave training, gold items and attention checks out.",
    },
  );
}
