/** Saves a study's design as a draft, which takes no votes yet. */
import { randomBytes } from "node:crypto";
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import { Prisma, type QuestionType } from "@/lib/generated/prisma/client";
import { appendAuditEntry } from "../audit/append-audit-entry";
import { type QuestionTypeName, type StudyDesignInput, studyDesign } from "./study-design";

/** Photographs are shown no larger than this, so that a study stays usable on a phone's connection. */
const largestPicturePx = 512;

const storedTypes: Record<QuestionTypeName, QuestionType> = {
  pair: "PAIR",
  likert: "LIKERT",
  ranking: "RANKING",
  "best-worst": "BEST_WORST",
};

/**
 * @param input the design as a form or the command line gives it
 * @param actor who does this, for the audit log
 * @param options.isDemo whether the study belongs to the demo and goes with it; fixed from here on
 * @returns the new study's id
 * @throws SemblanceError `conflict` when the name is taken, `not_found` when an arm's source is not there
 */
export async function createStudy(
  input: StudyDesignInput,
  actor: string,
  options: { isDemo?: boolean } = {},
): Promise<{ id: string }> {
  const design = studyDesign.parse(input);
  return db.$transaction(async (transaction) => {
    const taken = await transaction.study.findUnique({ where: { name: design.name }, select: { id: true } });
    if (taken) {
      throw new SemblanceError("conflict", `There is already a study named “${design.name}”.`, {
        remedy: "Give this one another name.",
        details: { field: "name" },
      });
    }
    const { arms, criteria, pairChoice, stopRule, ...rest } = design;
    const study = await transaction.study.create({
      data: {
        ...rest,
        isDemo: options.isDemo ?? false,
        pairChoice: pairChoice === "active" ? "ACTIVE" : "BALANCED",
        stopRule: stopRule ?? Prisma.DbNull,
        pictureSizePx: await commonPictureSizePx(transaction, arms),
        inviteToken: randomBytes(18).toString("base64url"),
        arms: { create: arms.map((arm, position) => ({ ...arm, position })) },
        criteria: {
          create: criteria.map((criterion, position) => ({
            ...criterion,
            questionType: storedTypes[criterion.questionType],
            position,
          })),
        },
      },
      select: { id: true },
    });
    await appendAuditEntry(transaction, {
      actor,
      action: "study.created",
      detail: { studyId: study.id, design: design as unknown as Prisma.InputJsonObject },
    });
    return study;
  });
}

/**
 * The largest side that every arm can fill: were one arm enlarged and another not, its softness would give it away
 * and raters would judge resolution instead of content.
 */
async function commonPictureSizePx(
  transaction: Prisma.TransactionClient,
  arms: { name: string; datasetId?: string | undefined; sampleSetId?: string | undefined }[],
): Promise<number> {
  const sizesPx = await Promise.all(
    arms.map(async (arm) => {
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
      const smallest = await transaction.picture.aggregate({
        where: { datasetId: arm.datasetId },
        _min: { widthPx: true, heightPx: true },
      });
      if (smallest._min.widthPx === null || smallest._min.heightPx === null) throw missingSource(arm.name);
      return Math.min(smallest._min.widthPx, smallest._min.heightPx);
    }),
  );
  return Math.min(largestPicturePx, ...sizesPx);
}

function missingSource(armName: string): SemblanceError {
  return new SemblanceError("not_found", `The pictures of the arm “${armName}” are not there.`, {
    remedy: "Choose a dataset with pictures or a sample set that still exists.",
    details: { arm: armName },
  });
}
