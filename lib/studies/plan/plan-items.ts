/** What a study asks: the captions that its arms share, the regular items of them, and the checks. */
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import { describeLeftOut, type LeftOutImage } from "@/lib/images/left-out";
import { db } from "@/lib/platform/database/db";
import { questionTypes, toQuestionTypeName } from "@/lib/questions/question-types";
import { type PickedCheck, pickedCheck } from "../design/picked-checks";
import { assertImagesExist } from "../design/picked-images";
import { qualityControl } from "../design/quality-control";
import { raterLanguages } from "../design/rater-languages";
import { type CaptionChoice, captionChoice } from "../design/study-design";
import { shuffleByKey } from "./counterbalance";
import type { PlannedItem } from "./planned-item";
import { type CaptionedCheck, type DescribedPhotograph, needsPhotographs, planChecks } from "./study-checks";
import { type ItemArm, type ItemCaption, type ItemCriterion, planRegularItems } from "./study-items";

type NamedArm = ItemArm & { armName: string };

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
  const arms = (await Promise.all(study.arms.map(imagesOfArm))).map((arm) => ({
    ...arm,
    sha256ByCaption: new Map([...arm.sha256ByCaption].filter(([, sha256]) => !leftOut.has(sha256))),
  }));
  const shared = await captionsOfAllArms(arms, [...leftOut.values()]);
  const captions = chooseCaptions(shared, captionChoice.parse(study.captionChoice), study.seed);
  const criteria = study.criteria.map((criterion) => ({
    ...criterion,
    questionType: toQuestionTypeName(criterion.questionType),
  }));
  assertOpenable({ ...study, criteria }, captions.length);
  const control = qualityControl.parse(study.qualityControl);
  const checks = pickedCheck.array().parse(study.pickedChecks);
  const picked = await withCaptions(checks);
  const photographs = needsPhotographs(control, picked) ? await photographsOf(shared, leftOut) : [];
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
    `The design makes ${perCaption * captionCount} items, ${perCaption} for each of ${captionCount} captions; the limit is ${mostItems}.`,
    {
      remedy: "Use fewer opponents per arm, or fewer captions.",
      details: { field: "opponents" },
    },
  );
}

/**
 * The image that stands for each caption in one arm. A photograph stands for its first caption only, so that a
 * dataset with several captions an image does not show the same photograph again and again; of several samples
 * the lowest seed is taken: choosing the best one would flatter the model.
 */
async function imagesOfArm(arm: {
  id: string;
  name: string;
  datasetId: string | null;
  sampleSetId: string | null;
}): Promise<NamedArm> {
  const sha256ByCaption = new Map<string, string>();
  if (arm.datasetId) {
    const captions = await db.caption.findMany({
      where: { image: { datasetId: arm.datasetId }, position: 0 },
      select: { id: true, image: { select: { blobSha256: true } } },
    });
    for (const caption of captions) sha256ByCaption.set(caption.id, caption.image.blobSha256);
  } else if (arm.sampleSetId) {
    const samples = await db.sample.findMany({
      where: { sampleSetId: arm.sampleSetId },
      orderBy: { seed: "desc" },
      select: { captionId: true, blobSha256: true },
    });
    for (const sample of samples) sha256ByCaption.set(sample.captionId, sample.blobSha256);
  }
  return { armId: arm.id, armName: arm.name, sha256ByCaption };
}

async function captionsOfAllArms(
  arms: readonly NamedArm[],
  leftOut: readonly LeftOutImage[],
): Promise<ItemCaption[]> {
  const [first, ...others] = arms;
  const shared = [...(first?.sha256ByCaption.keys() ?? [])].filter((captionId) =>
    others.every((arm) => arm.sha256ByCaption.has(captionId)),
  );
  if (shared.length === 0 && leftOut.length > 0) {
    throw new SemblanceError("invalid_file", describeLeftOut(leftOut, ["image", "images"]), {
      remedy: "Import the dataset or draw the samples again: there are no captions left to use.",
    });
  }
  if (shared.length === 0) {
    const counts = arms.map((arm) => `${arm.armName}: ${arm.sha256ByCaption.size}`).join(", ");
    throw new SemblanceError("invalid_input", `The arms share no caption (images per arm: ${counts}).`, {
      remedy:
        "Sample every model for the captions of the same dataset, wait until sampling is done, then open.",
    });
  }
  return db.caption.findMany({
    where: { id: { in: shared } },
    orderBy: [{ image: { position: "asc" } }, { position: "asc" }],
    select: { id: true, text: true },
  });
}

function chooseCaptions(captions: ItemCaption[], chosen: CaptionChoice, seed: number): ItemCaption[] {
  switch (chosen.choice) {
    case "all":
      return captions;
    case "first":
      return captions.slice(0, chosen.count);
    case "random": {
      const kept = new Set(shuffleByKey(captions.length, `${seed} captions`).slice(0, chosen.count));
      return captions.filter((_, index) => kept.has(index));
    }
    case "containing": {
      const wanted = chosen.text.normalize().toLowerCase();
      const found = captions.filter(({ text }) => text.normalize().toLowerCase().includes(wanted));
      if (found.length > 0) return found;
      throw new SemblanceError(
        "invalid_input",
        `None of the ${captions.length} captions that all arms share contains “${chosen.text}”.`,
        { remedy: "Delete this draft and choose other captions.", details: { field: "captionChoice" } },
      );
    }
  }
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

/** The photograph behind each caption, whether or not the photographs are an arm of the study. */
async function photographsOf(
  captions: readonly ItemCaption[],
  leftOut: ReadonlyMap<string, LeftOutImage>,
): Promise<DescribedPhotograph[]> {
  const rows = await db.caption.findMany({
    where: { id: { in: captions.map(({ id }) => id) } },
    orderBy: [{ image: { position: "asc" } }, { position: "asc" }],
    select: { id: true, text: true, image: { select: { blobSha256: true } } },
  });
  const photographs = rows
    .map(({ id, text, image }) => ({ captionId: id, text, sha256: image.blobSha256 }))
    .filter(({ sha256 }) => !leftOut.has(sha256));
  if (new Set(photographs.map(({ sha256 }) => sha256)).size < 6) {
    throw new SemblanceError(
      "invalid_input",
      `Checks are made from the captions' photographs, and these ${captions.length} captions have fewer than six.`,
      { remedy: "Use more captions, or leave training, gold items and attention checks out." },
    );
  }
  return photographs;
}
