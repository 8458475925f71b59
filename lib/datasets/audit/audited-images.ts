/** The images that an audit reads, with their captions, as of one revision of the dataset. */
import type { Split } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { captionsAt, imagesAt } from "../revisions/at-revision";

export type AuditedImage = {
  /** Of the file within the imported folder; its stem where that is not known. */
  readonly name: string;
  /** Null for captions without a photograph. */
  readonly blobSha256: string | null;
  readonly split: Split;
  readonly captions: readonly { readonly id: string; readonly text: string }[];
};

const imagesPerQuery = 1000;

export function countAuditedImages(datasetId: string, revision: number): Promise<number> {
  return db.image.count({ where: { datasetId, ...imagesAt(revision) } });
}

/** In the order of their positions; memory holds a thousand. */
export async function* auditedImages(datasetId: string, revision: number): AsyncGenerator<AuditedImage> {
  let after = -1;
  for (;;) {
    const rows = await db.image.findMany({
      where: { datasetId, position: { gt: after }, ...imagesAt(revision) },
      orderBy: { position: "asc" },
      take: imagesPerQuery,
      select: {
        stem: true,
        fileName: true,
        position: true,
        blobSha256: true,
        split: true,
        captions: {
          where: captionsAt(revision),
          orderBy: { position: "asc" },
          select: { id: true, text: true },
        },
      },
    });
    for (const { stem, fileName, blobSha256, split, captions } of rows) {
      yield { name: fileName ?? stem, blobSha256, split, captions };
    }
    if (rows.length < imagesPerQuery) return;
    after = rows.at(-1)!.position;
  }
}
