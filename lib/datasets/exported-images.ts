/** The photographs of a dataset, one after the other, to be exported. */
import { db } from "@/lib/platform/database/db";
import { readBlob } from "@/lib/platform/storage/store-blob";
import type { Categories } from "./caption-formats/caption-format";
import type { ExportedImage } from "./export-images";
import { photographs } from "./photographs";
import { captionsAt, imagesAt } from "./revisions/at-revision";

const pageSize = 500;

/** In their order. Captions that have no photograph are passed over, as excluded images are. */
export async function* exportedImages(datasetId: string): AsyncGenerator<ExportedImage> {
  for (let after = -1; ; ) {
    const page = await db.image.findMany({
      where: { datasetId, ...photographs, ...imagesAt("newest"), position: { gt: after } },
      orderBy: { position: "asc" },
      take: pageSize,
      include: {
        captions: {
          where: captionsAt("newest"),
          orderBy: { position: "asc" },
          select: { text: true, categories: true },
        },
      },
    });
    const blobs = await db.blob.findMany({
      where: { sha256: { in: page.flatMap(({ blobSha256 }) => blobSha256 ?? []) } },
      select: { sha256: true, mediaType: true },
    });
    const mediaTypes = new Map(blobs.map(({ sha256, mediaType }) => [sha256, mediaType]));
    for (const { stem, split, blobSha256, captions } of page) {
      const sha256 = blobSha256!;
      yield {
        stem,
        split,
        mediaType: mediaTypes.get(sha256) ?? "",
        captions: captions.map(({ text, categories }) => ({ text, categories: categories as Categories })),
        read: () => readBlob(sha256),
      };
    }
    if (page.length < pageSize) return;
    after = page.at(-1)!.position;
  }
}
