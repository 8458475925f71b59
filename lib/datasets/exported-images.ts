/** What a dataset consists of, one after the other, to be exported. */
import type { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { readBlob } from "@/lib/platform/storage/store-blob";
import type { Categories } from "./caption-formats/categories";
import type { ExportedImage } from "./export-images";
import { photographs } from "./photographs";
import { captionsAt, imagesAt } from "./revisions/at-revision";

const pageSize = 500;

/** In their order. Captions that have no photograph are passed over, as excluded images are. */
export async function* exportedImages(datasetId: string): AsyncGenerator<ExportedImage> {
  for await (const page of pagesOf(datasetId, photographs)) {
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
        captions: captions.map(toExported),
        read: () => readBlob(sha256),
      };
    }
  }
}

/** The places of captions that have no photograph, in their order, excluded ones passed over. */
export async function* exportedPrompts(
  datasetId: string,
): AsyncGenerator<Pick<ExportedImage, "stem" | "split" | "captions">> {
  for await (const page of pagesOf(datasetId, { blobSha256: null })) {
    for (const { stem, split, captions } of page) yield { stem, split, captions: captions.map(toExported) };
  }
}

async function* pagesOf(datasetId: string, which: Prisma.ImageWhereInput) {
  for (let after = -1; ; ) {
    const page = await db.image.findMany({
      where: { datasetId, ...which, ...imagesAt("newest"), position: { gt: after } },
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
    yield page;
    if (page.length < pageSize) return;
    after = page.at(-1)!.position;
  }
}

function toExported({ text, categories }: { text: string; categories: Prisma.JsonValue }) {
  return { text, categories: categories as Categories };
}
