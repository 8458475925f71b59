/** What raters reported of a study's items. */
import type { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { type ReportReason, reportReasons } from "@/lib/rating/item/item-report";
import { raterPseudonym } from "./list-votes";

export type ReportedItem = {
  itemId: string;
  kind: "REGULAR" | "GOLD" | "ATTENTION" | "TRAINING";
  caption: string;
  question: string;
  /** In the item's own order; `arm` is null for images of checks. */
  images: { sha256: string; arm: string | null }[];
  /** Reports by reason, of all raters. */
  counts: Record<ReportReason, number>;
  /** How many of them passed the item on. */
  skipped: number;
  /** What raters wrote, the latest first. */
  texts: string[];
  lastAt: Date;
};

/** The items reported most often first. */
export async function listReportedItems(studyId: string): Promise<ReportedItem[]> {
  const items = new Map<string, ReportedItem>();
  for (const { reason, text, createdAt, assignment } of await readReports(studyId, "desc")) {
    const { item } = assignment;
    const known = items.get(item.id) ?? {
      itemId: item.id,
      kind: item.kind,
      caption: item.captionText,
      question: item.criterion.question,
      images: item.images.map(({ blobSha256, arm }) => ({ sha256: blobSha256, arm: arm?.name ?? null })),
      counts: { image: 0, caption: 0, upsetting: 0, other: 0 },
      skipped: 0,
      texts: [],
      lastAt: createdAt,
    };
    items.set(item.id, known);
    known.counts[toReason(reason)]++;
    if (assignment.state === "SKIPPED") known.skipped++;
    if (text !== "") known.texts.push(text);
  }
  const total = ({ counts }: ReportedItem) => Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [...items.values()].sort((a, b) => total(b) - total(a) || b.lastAt.getTime() - a.lastAt.getTime());
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
  return (await readReports(studyId, "asc")).map(({ reason, text, createdAt, assignment }) => {
    const { item, placement, raterId, state } = assignment;
    const shown = placement.map((position) => item.images[position]!);
    return {
      criterion: item.criterion.key,
      kind: item.kind.toLowerCase(),
      caption: item.captionText,
      shown: shown.map(({ arm }) => arm?.name ?? null),
      imageSha256s: shown.map(({ blobSha256 }) => blobSha256),
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

function readReports(studyId: string, order: "asc" | "desc") {
  return db.itemReport.findMany({
    where: { assignment: { item: { studyId } } },
    orderBy: [{ createdAt: order }, { assignmentId: "asc" }],
    include: { assignment: { include: { item: reportedItem } } },
  });
}

function toReason(stored: string): ReportReason {
  return reportReasons.find((reason) => reason === stored) ?? "other";
}
