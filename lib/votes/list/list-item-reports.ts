/** What raters reported of a study's items. */
import type { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { type ReportReason, reportReasons } from "@/lib/rating/item/item-report";
import { raterPseudonym } from "./rater-pseudonym";

export type ReportedItem = {
  itemId: string;
  kind: "REGULAR" | "GOLD" | "ATTENTION" | "TRAINING";
  caption: string;
  question: string;
  /** In the item's own order; `arm` is null for images of checks. */
  images: { sha256: string; arm: string | null; isFaulty: boolean }[];
  /** Reports by reason, of all raters. */
  counts: Record<ReportReason, number>;
  /** How many of them passed the item on. */
  skipped: number;
  /** What raters wrote, the latest first. */
  texts: string[];
  lastAt: Date;
};

/** As many as a page can show; the release has all reports. */
const mostItems = 50;
/** Of one item. */
const mostTexts = 10;

type Count = {
  itemId: string;
  counts: Partial<Record<string, number>>;
  skipped: number;
  texts: string[] | null;
  lastAt: Date;
  itemCount: number;
};

/** The items reported most often first, and how many there are in all. */
export async function listReportedItems(studyId: string): Promise<{ items: ReportedItem[]; total: number }> {
  const counts = await db.$queryRaw<Count[]>`
    WITH reports AS (
      SELECT a."itemId", r.reason, r.text, r."createdAt", a.state,
        row_number() OVER (PARTITION BY a."itemId", r.text <> '' ORDER BY r."createdAt" DESC, r."assignmentId") AS place
      FROM "ItemReport" r JOIN "Assignment" a ON a.id = r."assignmentId" JOIN "Item" i ON i.id = a."itemId"
      WHERE i."studyId" = ${studyId}::uuid
    ), reasons AS (
      SELECT "itemId", jsonb_object_agg(reason, count) AS counts
      FROM (SELECT "itemId", reason, count(*) FROM reports GROUP BY "itemId", reason) each GROUP BY "itemId"
    )
    SELECT "itemId", reasons.counts, (count(*) FILTER (WHERE state = 'SKIPPED'))::int AS skipped,
      array_agg(text ORDER BY "createdAt" DESC) FILTER (WHERE text <> '' AND place <= ${mostTexts}) AS texts,
      max("createdAt") AS "lastAt", (count(*) OVER ())::int AS "itemCount"
    FROM reports JOIN reasons USING ("itemId")
    GROUP BY "itemId", reasons.counts ORDER BY count(*) DESC, max("createdAt") DESC LIMIT ${mostItems}`;
  const items = await db.item.findMany({
    where: { id: { in: counts.map(({ itemId }) => itemId) } },
    ...reportedItem,
  });
  const sha256s = items.flatMap(({ images }) => images.map(({ blobSha256 }) => blobSha256!));
  const faultyImages = await db.faultyImage.findMany({ where: { blobSha256: { in: sha256s } } });
  const faulty = new Set(faultyImages.map(({ blobSha256 }) => blobSha256));
  const itemOf = new Map(items.map((item) => [item.id, item]));
  return {
    total: counts[0]?.itemCount ?? 0,
    items: counts.map(({ itemId, counts: given, skipped, texts, lastAt }) => {
      const item = itemOf.get(itemId)!;
      const byReason: ReportedItem["counts"] = { image: 0, caption: 0, upsetting: 0, other: 0 };
      for (const [reason, count] of Object.entries(given)) byReason[toReason(reason)] += count ?? 0;
      return {
        itemId,
        kind: item.kind,
        caption: item.captionText,
        question: item.criterion.question,
        images: item.images.map(({ blobSha256, arm }) => ({
          sha256: blobSha256!,
          arm: arm?.name ?? null,
          isFaulty: faulty.has(blobSha256!),
        })),
        counts: byReason,
        skipped,
        texts: texts ?? [],
        lastAt,
      };
    }),
  };
}

/** One report as a release holds it; lists are in the order in which the images lay, from left to right. */
export type RecordedReport = {
  criterion: string;
  kind: string;
  caption: string;
  shown: (string | null)[];
  imageSha256s: string[];
  rater: string;
  reason: ReportReason;
  text: string;
  skipped: boolean;
  reportedAt: Date;
};

/** In the order in which they came, raters under the pseudonyms of the votes. */
export async function listReports(studyId: string): Promise<RecordedReport[]> {
  const { inviteToken } = await db.study.findUniqueOrThrow({
    where: { id: studyId },
    select: { inviteToken: true },
  });
  return (await readReports(studyId)).map(({ reason, text, createdAt, assignment }) => {
    const { item, placement, raterId, state } = assignment;
    const shown = placement.map((position) => item.images[position]!);
    return {
      criterion: item.criterion.key,
      kind: item.kind.toLowerCase(),
      caption: item.captionText,
      shown: shown.map(({ arm }) => arm?.name ?? null),
      imageSha256s: shown.map(({ blobSha256 }) => blobSha256!),
      rater: raterPseudonym(raterId, inviteToken),
      reason: toReason(reason),
      text,
      skipped: state === "SKIPPED",
      reportedAt: createdAt,
    };
  });
}

const reportedItem = {
  include: {
    criterion: { select: { key: true, question: true } },
    images: { orderBy: { position: "asc" }, include: { arm: { select: { name: true } } } },
  },
} satisfies Prisma.ItemDefaultArgs;

function readReports(studyId: string) {
  return db.itemReport.findMany({
    where: { assignment: { item: { studyId } } },
    orderBy: [{ createdAt: "asc" }, { assignmentId: "asc" }],
    include: { assignment: { include: { item: reportedItem } } },
  });
}

function toReason(stored: string): ReportReason {
  return reportReasons.find((reason) => reason === stored) ?? "other";
}
