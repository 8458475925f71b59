/** Stores masks for images of a dataset: all of them, or nothing. */

import { photographs } from "@/lib/datasets/photographs";
import { readImage } from "@/lib/datasets/read-image";
import { imagesAt } from "@/lib/datasets/revisions/at-revision";
import { openSource } from "@/lib/datasets/sources/open-source";
import { readSource, type SourceFile } from "@/lib/datasets/sources/source-file";
import { openInpaintingSource } from "@/lib/diffusion/sampling/inpainting-source";
import { SemblanceError } from "@/lib/errors";
import { isImageName } from "@/lib/images/image-formats";
import { db } from "@/lib/platform/database/db";
import type { FileAccess } from "@/lib/platform/server-files/file-access";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { blobStore, recordBlobs } from "@/lib/platform/storage/store-blob";
import { refuseAll } from "@/lib/samples/import/assert-importable";
import type { ImportMasksInput } from "./mask-set-fields";
import { matchMasks } from "./match-masks";

type Image = {
  id: string;
  stem: string;
  blobSha256: string | null;
  widthPx: number | null;
  heightPx: number | null;
};

/**
 * @param access to a folder of the server
 * @throws SemblanceError as openSource; `invalid_file` naming every mask without an image, of another size than its image, that
 *   cannot be read or redraws nothing; `cancelled` after an abort
 */
export async function importMasks(
  maskSetId: string,
  { datasetId, source }: Pick<ImportMasksInput, "datasetId" | "source">,
  access: FileAccess,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<void> {
  const { revision } = await db.dataset.findUniqueOrThrow({ where: { id: datasetId } });
  const images = await db.image.findMany({
    where: { datasetId, ...photographs, ...imagesAt(revision) },
    select: { id: true, stem: true, blobSha256: true, widthPx: true, heightPx: true },
  });
  const byId = new Map(images.map((image) => [image.id, image]));
  const opened = await openSource(source, access);
  try {
    const files = opened.files.filter(({ path, isImage }) => isImage ?? isImageName(path));
    const { matches, refusals } = matchMasks(files, images);
    const all = [...refusals];
    const blobs = [];
    for (const [done, { file, imageId }] of matches.entries()) {
      if (signal?.aborted) throw new SemblanceError("cancelled", "The import was cancelled.");
      const kept = await keepMask(file, byId.get(imageId)!);
      if ("message" in kept) all.push(kept);
      else blobs.push({ ...kept, imageId });
      onProgress?.(done + 1, matches.length);
    }
    refuseAll(all);
    if (blobs.length === 0) {
      throw new SemblanceError("invalid_file", "There are no masks among the files.", {
        remedy: "Give one image file for each mask, with the name of its image.",
      });
    }
    await recordBlobs(blobs.map(({ imageId: _, ...blob }) => blob));
    // Where a worker was killed right after this, they are there already.
    await db.$executeRaw`
      INSERT INTO "Mask" ("maskSetId", "imageId", "blobSha256")
      SELECT ${maskSetId}::uuid, "imageId", sha256
      FROM unnest(${blobs.map(({ imageId }) => imageId)}::uuid[], ${blobs.map(({ sha256 }) => sha256)}::text[])
        AS mask("imageId", sha256)
      ON CONFLICT DO NOTHING`;
  } finally {
    await opened.close();
  }
}

async function keepMask(file: SourceFile, image: Image) {
  const refuse = (message: string, remedy: string) => ({ file: file.path, message, remedy });
  const bytes = await readSource(file);
  if (bytes instanceof SemblanceError) return refuse(bytes.message, bytes.remedy ?? "");
  const read = await readImage(file.path, bytes);
  if ("kind" in read) return refuse(read.message, read.remedy);
  if (read.widthPx !== image.widthPx || read.heightPx !== image.heightPx) {
    return refuse(
      `The mask ${file.path} is ${read.widthPx} × ${read.heightPx} px, but its image is ${image.widthPx} × ${image.heightPx} px.`,
      "Give masks of their images' sizes: white where the image is to be redrawn, black elsewhere.",
    );
  }
  const blob = await blobStore().put(bytes);
  const local = new LocalFiles();
  try {
    await openInpaintingSource(await local.pathOf(image.blobSha256!), await local.pathOf(blob.sha256));
  } catch (error) {
    if (!(error instanceof SemblanceError) || error.code !== "invalid_input") throw error;
    return refuse(`The mask ${file.path} redraws nothing of its image's middle square.`, error.remedy ?? "");
  } finally {
    await local.release();
  }
  const { mediaType, widthPx, heightPx } = read;
  return { ...blob, mediaType, widthPx, heightPx };
}
