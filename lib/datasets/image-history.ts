/** One image of a dataset with its captions, and what change sets have done to it. */
import { SemblanceError } from "@/lib/errors";
import type { Split } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ImageSummary, toSummary } from "./browse-images";
import { captionsAt } from "./revisions/at-revision";

export type ImageChange = {
  revision: number;
  at: Date;
  actor: string;
  reason: string;
  /** Captions that it took away or replaced; `present` is the id of the caption that has their place now, if one has. */
  before: { text: string; present: string | null }[];
  /** Captions that it brought. */
  after: string[];
  standing: { split: Split; isExcluded: boolean } | null;
};

export type ImageWithHistory = {
  image: ImageSummary;
  dataset: { id: string; name: string; captionLanguage: string };
  /** The newest first. */
  changes: ImageChange[];
};

/** @throws SemblanceError `not_found` */
export async function getImageWithHistory(datasetId: string, imageId: string): Promise<ImageWithHistory> {
  const row = await db.image.findUnique({
    where: { id: imageId, datasetId },
    include: {
      captions: {
        where: captionsAt("newest"),
        orderBy: { position: "asc" },
        select: { id: true, text: true, tokenCount: true },
      },
      nearDuplicate: { select: { group: true } },
    },
  });
  if (!row) throw new SemblanceError("not_found", "There is no such image in the dataset.");
  const dataset = await db.dataset.findUniqueOrThrow({
    where: { id: datasetId },
    select: { id: true, name: true, captionLanguage: true },
  });
  return { image: toSummary(row), dataset, changes: await listChanges(datasetId, row) };
}

async function listChanges(
  datasetId: string,
  image: { id: string; split: Split; isExcluded: boolean; standingSince: number },
): Promise<ImageChange[]> {
  const captions = await db.caption.findMany({
    where: { imageId: image.id },
    orderBy: [{ position: "asc" }, { sinceRevision: "asc" }],
  });
  const standings = await db.formerStanding.findMany({ where: { imageId: image.id } });
  const since = new Map(
    [...standings, { ...image, sinceRevision: image.standingSince }].map((standing) => [
      standing.sinceRevision,
      { split: standing.split, isExcluded: standing.isExcluded },
    ]),
  );
  const numbers = new Set([
    ...captions.flatMap(({ sinceRevision, untilRevision }) => [sinceRevision, untilRevision ?? 1]),
    ...since.keys(),
  ]);
  const revisions = await db.datasetRevision.findMany({
    where: { datasetId, number: { in: [...numbers] } },
    orderBy: { number: "desc" },
  });
  const present = new Map(
    captions.filter(({ untilRevision }) => untilRevision === null).map(({ position, id }) => [position, id]),
  );
  return revisions.map(({ number, at, actor, reason }) => ({
    revision: number,
    at,
    actor,
    reason,
    before: captions
      .filter(({ untilRevision }) => untilRevision === number)
      .map(({ text, position }) => ({ text, present: present.get(position) ?? null })),
    after: captions.filter(({ sinceRevision }) => sinceRevision === number).map(({ text }) => text),
    standing: since.get(number) ?? null,
  }));
}
