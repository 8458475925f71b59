/** Renders an image of a study's arms or checks for its preview. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { renderBlindImage } from "@/lib/studies/plan/blind-image";

/**
 * @param sha256 of the image before it is made blind
 * @returns the PNG that raters of the study would get
 * @throws SemblanceError `not_found` for what is no image that is known, or no study; as `renderBlindImage`
 */
export async function previewImage(studyId: string, sha256: string): Promise<Buffer> {
  const [study, blob] = await Promise.all([
    db.study.findUnique({ where: { id: studyId }, select: { imageSizePx: true } }),
    db.blob.findFirst({ where: { sha256, mediaType: { startsWith: "image/" } }, select: { sha256: true } }),
  ]);
  if (!study || !blob) throw new SemblanceError("not_found", "There is no such image.");
  return renderBlindImage(await readBlob(sha256), study.imageSizePx);
}
