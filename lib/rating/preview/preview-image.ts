/** An image of a study's arms or checks, as its preview shows it. */
import { SemblanceError } from "@/lib/errors";
import { blindKind } from "@/lib/images/rendition-kind";
import { db } from "@/lib/platform/database/db";
import { readRendition } from "@/lib/platform/renditions/find-rendition";
import { imageFit } from "@/lib/studies/design/study-design";

/** A worker makes an image in a fraction of a second, once those before it are made. */
const waitMs = 10_000;

/**
 * @param sha256 of the image before it is made blind
 * @returns the PNG that raters of the study would get
 * @throws SemblanceError `not_found` for what is no image that is known, or no study; as `readRendition`
 */
export async function previewImage(studyId: string, sha256: string, signal?: AbortSignal): Promise<Buffer> {
  const study = await db.study.findUnique({
    where: { id: studyId },
    select: { imageSizePx: true, imageFit: true },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such image.");
  return (
    await readRendition(sha256, blindKind(imageFit.parse(study.imageFit), study.imageSizePx), {
      waitMs,
      ...(signal ? { signal } : {}),
    })
  ).bytes;
}
