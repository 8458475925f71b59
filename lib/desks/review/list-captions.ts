/** The captions of a desk, by image, for their review. */
import { Prisma } from "@/lib/generated/prisma/client";
import type { CaptionOrigin, CaptionReview } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";

export const reviewFilters = ["pending", "accepted", "rejected", "all"] as const;
export type ReviewFilter = (typeof reviewFilters)[number];

export type ReviewedCaption = {
  id: string;
  text: string;
  reviewedText: string | null;
  tokenCount: number;
  origin: CaptionOrigin;
  review: CaptionReview;
  isAdopted: boolean;
  captioner: string;
};

export type ReviewedImage = {
  id: string;
  stem: string;
  sha256: string | null;
  draft: string | null;
  captions: ReviewedCaption[];
};

/** Images with at least one caption that the filter lets through; all their captions are shown. @param page from 1 */
export async function listReview(
  deskId: string,
  { page, pageSize, filter }: { page: number; pageSize: number; filter: ReviewFilter },
): Promise<{ images: ReviewedImage[]; total: number }> {
  const matching =
    filter === "all" ? Prisma.empty : Prisma.sql`AND c.review = ${filter.toUpperCase()}::"CaptionReview"`;
  const from = Prisma.sql`
    FROM "DeskImage" i JOIN "Image" image ON image.id = i."imageId" WHERE i."deskId" = ${deskId}::uuid AND EXISTS (
      SELECT FROM "CaptionTask" t JOIN "DeskCaption" c ON c."taskId" = t.id WHERE t."deskImageId" = i.id ${matching})`;
  const [rows, [counted]] = await Promise.all([
    db.$queryRaw<{ id: string }[]>`
      SELECT i.id ${from} ORDER BY image.position, i.id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
    db.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total ${from}`,
  ]);
  const ids = rows.map(({ id }) => id);
  const images = await db.deskImage.findMany({
    where: { id: { in: ids } },
    include: {
      image: { select: { stem: true, fileName: true, blobSha256: true } },
      tasks: {
        orderBy: { captioner: { number: "asc" } },
        include: { captioner: { select: { name: true } }, captions: { orderBy: { position: "asc" } } },
      },
    },
  });
  const shown = images.map(({ id, image, draft, tasks }) => ({
    id,
    stem: image.fileName ?? image.stem,
    sha256: image.blobSha256,
    draft,
    captions: tasks.flatMap(({ captioner, captions }) =>
      captions.map((caption) => ({
        id: caption.id,
        text: caption.text,
        reviewedText: caption.reviewedText,
        tokenCount: caption.tokenCount,
        origin: caption.origin,
        review: caption.review,
        isAdopted: caption.adoptedAt !== null,
        captioner: captioner.name,
      })),
    ),
  }));
  shown.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  return { images: shown, total: counted!.total };
}
