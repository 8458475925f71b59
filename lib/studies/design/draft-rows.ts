/** A design as rows of the tables of studies, arms and criteria. */
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import { fittingSidePx, type ImageSize } from "@/lib/images/blind-fit";
import { assertImagesExist } from "./picked-images";
import type { StudyDesign } from "./study-design";

/** Photographs are shown no larger than this, so that a study stays usable on a phone's connection. */
const largestImagePx = 512;

/**
 * The columns of a study and the rows below it, for a draft that is made or changed.
 *
 * @throws SemblanceError `not_found` when an arm's source, or a caption or image of a picked check, is not there
 */
export async function draftRows(transaction: Prisma.TransactionClient, design: StudyDesign) {
  const { arms, criteria, pairChoice, stopRule, primary, checks, ...rest } = design;
  await assertImagesExist(transaction, checks);
  return {
    ...rest,
    pairChoice: pairChoice === "active" ? ("ACTIVE" as const) : ("BALANCED" as const),
    stopRule: stopRule ?? Prisma.DbNull,
    primary: primary ?? Prisma.DbNull,
    pickedChecks: checks,
    pickedSha256s: [...new Set(checks.flatMap(({ images }) => images))],
    imageSizePx: await commonImageSizePx(transaction, design),
    arms: { create: arms.map((arm, position) => ({ ...arm, position })) },
    criteria: {
      create: criteria.map((criterion, position) => ({ ...criterion, position })),
    },
  };
}

/** @throws SemblanceError `conflict` when another study has the name */
export async function assertNameIsFree(
  transaction: Prisma.TransactionClient,
  name: string,
  studyId: string | null,
): Promise<void> {
  const taken = await transaction.study.findUnique({ where: { name }, select: { id: true } });
  if (!taken || taken.id === studyId) return;
  throw new SemblanceError("conflict", `There is already a study named “${name}”.`, {
    remedy: "Give this one another name.",
    details: { field: "name" },
  });
}

type Arm = StudyDesign["arms"][number];

/**
 * The largest side that no image has to be enlarged to: were one arm enlarged and another not, its softness would give
 * it away and raters would judge resolution instead of content.
 */
async function commonImageSizePx(
  transaction: Prisma.TransactionClient,
  { arms, imageFit }: Pick<StudyDesign, "arms" | "imageFit">,
): Promise<number> {
  const sizesPx: number[] = [];
  for (const arm of arms) {
    for (const size of await imageSizes(transaction, arm)) sizesPx.push(fittingSidePx(imageFit, size));
  }
  return Math.min(largestImagePx, ...sizesPx);
}

/** Every size that an arm's images have. */
async function imageSizes(transaction: Prisma.TransactionClient, arm: Arm): Promise<ImageSize[]> {
  const sizes = arm.sampleSetId
    ? await sampleSizes(transaction, arm.sampleSetId)
    : await transaction.$queryRaw<ImageSize[]>`
        SELECT DISTINCT "widthPx", "heightPx" FROM "Image"
        WHERE "datasetId" = ${arm.datasetId}::uuid AND "blobSha256" IS NOT NULL AND NOT "isExcluded"`;
  if (sizes.length === 0) throw missingSource(arm.name);
  return sizes;
}

/** Drawn images are as large as their model draws, imported ones as large as they came. */
async function sampleSizes(transaction: Prisma.TransactionClient, sampleSetId: string): Promise<ImageSize[]> {
  const set = await transaction.sampleSet.findUnique({
    where: { id: sampleSetId },
    select: {
      baseCheckpoint: { select: { options: true } },
      upsamplerCheckpoint: { select: { options: true } },
    },
  });
  const part = set?.upsamplerCheckpoint ?? set?.baseCheckpoint;
  if (part) {
    const { image_size: sidePx } = part.options as { image_size: number };
    return [{ widthPx: sidePx, heightPx: sidePx }];
  }
  return transaction.$queryRaw<ImageSize[]>`
    SELECT DISTINCT b."widthPx", b."heightPx" FROM "Sample" s JOIN "Blob" b ON b.sha256 = s."blobSha256"
    WHERE s."sampleSetId" = ${sampleSetId}::uuid`;
}

function missingSource(armName: string): SemblanceError {
  return new SemblanceError("not_found", `The images of the arm “${armName}” are missing.`, {
    remedy: "Choose a dataset with images or a sample set that still exists.",
    details: { arm: armName },
  });
}
