/** origins.csv: which generator made which of a study's imported images, as a release holds it. */
import { stringify } from "csv-stringify/sync";
import { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { readOrigin } from "@/lib/samples/sample-origin";
import { imagesOfArm, shareCaptions } from "@/lib/studies/plan/arm-images";
import type { StudyPlan } from "@/lib/studies/plan/plan-hash";
import { protectCell } from "@/lib/text/spreadsheet-cells";

export const originColumns = [
  "arm",
  "caption",
  // As in votes.csv.
  "picture_sha256",
  "file",
  "model",
  "seed",
  "settings",
] as const;

/** One row per imported image that raters were asked about, by arm and caption; null where no arm was imported. */
export async function originsToCsv({ study, items }: StudyPlan): Promise<string | null> {
  const samples = await db.sample.findMany({
    where: {
      sampleSetId: { in: study.arms.flatMap(({ sampleSetId }) => sampleSetId ?? []) },
      NOT: { origin: { equals: Prisma.DbNull } },
    },
    select: { id: true, origin: true },
  });
  if (samples.length === 0) return null;
  const originOf = new Map(samples.map(({ id, origin }) => [id, readOrigin(origin)]));
  const arms = await Promise.all(study.arms.map(imagesOfArm));
  const { captions } = shareCaptions(arms);
  const sampleOf = new Map(
    arms.map(({ armId, images }, at) => {
      const own = new Map(images.map(({ captionId, sampleId }) => [captionId, sampleId]));
      return [armId, new Map(captions.map(({ id, ids }) => [id, own.get(ids[at]!) ?? null]))];
    }),
  );
  const nameOf = new Map(arms.map(({ armId, armName }) => [armId, armName]));
  const rows = new Map<string, string[]>();
  for (const { captionId, captionText, images } of items) {
    if (captionId === null) continue;
    for (const { armId, sha256 } of images) {
      if (armId === null || sha256 === null) continue;
      const armName = nameOf.get(armId);
      const sampleId = sampleOf.get(armId)?.get(captionId);
      const origin = sampleId ? originOf.get(sampleId) : null;
      if (armName === undefined || !origin) continue;
      const { file, model = "", seed = "", settings } = origin;
      const cells = [
        armName,
        captionText,
        sha256,
        file,
        model,
        seed,
        settings ? JSON.stringify(settings) : "",
      ];
      rows.set(`${armName} ${captionId}`, cells.map(protectCell));
    }
  }
  if (rows.size === 0) return null;
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cells]) => cells);
  return stringify([[...originColumns], ...sorted]);
}
