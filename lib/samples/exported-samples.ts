/** The images of a sample set, one after the other, to be exported. */
import type { Categories } from "@/lib/datasets/caption-formats/categories";
import type { ExportedImage } from "@/lib/datasets/export-images";
import { db } from "@/lib/platform/database/db";
import { readBlob } from "@/lib/platform/storage/store-blob";

/** In the order of their captions. Each is named after its photograph, its caption where there are several, and its seed. */
export async function* exportedSamples(sampleSetId: string): AsyncGenerator<ExportedImage> {
  const rows = await db.sample.findMany({
    where: { sampleSetId },
    orderBy: [{ caption: { image: { position: "asc" } } }, { caption: { position: "asc" } }, { seed: "asc" }],
    select: {
      seed: true,
      blobSha256: true,
      caption: {
        select: { text: true, categories: true, position: true, image: { select: { stem: true } } },
      },
    },
  });
  for (const { caption, seed, blobSha256 } of rows) {
    // Only sets of every caption have a second one of a photograph.
    const which = caption.position === 0 ? "" : `-caption-${caption.position + 1}`;
    const blob = await db.blob.findUnique({ where: { sha256: blobSha256 }, select: { mediaType: true } });
    yield {
      stem: `${caption.image.stem}${which}-seed-${seed}`,
      mediaType: blob?.mediaType ?? "image/png",
      captions: [{ text: caption.text, categories: caption.categories as Categories }],
      read: () => readBlob(blobSha256),
    };
  }
}
