/** A design as rows: what the tables of studies, arms and criteria hold of it. */
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
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
    imageSizePx: await commonImageSizePx(transaction, arms),
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
 * The largest side that every arm can fill: were one arm enlarged and another not, its softness would give it away
 * and raters would judge resolution instead of content.
 */
async function commonImageSizePx(
  transaction: Prisma.TransactionClient,
  arms: readonly Arm[],
): Promise<number> {
  const sizesPx: number[] = [];
  for (const arm of arms) sizesPx.push(await armSizePx(transaction, arm));
  return Math.min(largestImagePx, ...sizesPx);
}

async function armSizePx(transaction: Prisma.TransactionClient, arm: Arm): Promise<number> {
  if (arm.sampleSetId) {
    const set = await transaction.sampleSet.findUnique({
      where: { id: arm.sampleSetId },
      select: {
        baseCheckpoint: { select: { options: true } },
        upsamplerCheckpoint: { select: { options: true } },
      },
    });
    if (!set) throw missingSource(arm.name);
    const options = (set.upsamplerCheckpoint ?? set.baseCheckpoint).options as { image_size: number };
    return options.image_size;
  }
  const smallest = await transaction.image.aggregate({
    where: { datasetId: arm.datasetId },
    _min: { widthPx: true, heightPx: true },
  });
  if (smallest._min.widthPx === null || smallest._min.heightPx === null) throw missingSource(arm.name);
  return Math.min(smallest._min.widthPx, smallest._min.heightPx);
}

function missingSource(armName: string): SemblanceError {
  return new SemblanceError("not_found", `The images of the arm “${armName}” are missing.`, {
    remedy: "Choose a dataset with images or a sample set that still exists.",
    details: { arm: armName },
  });
}
