/** What a check can be made of: captions that contain a text, and the images that datasets and sample sets have of them. */
import { db } from "@/lib/platform/database/db";

export type CheckCaption = { id: string; text: string };

/** An image with where it comes from. */
export type CheckPicture = { sha256: string; source: string; caption: string };

const mostCaptions = 12;
const mostPictures = 48;

/** @param containing part of the caption in whatever case; empty: the first ones */
export async function findCheckCaptions(containing: string): Promise<CheckCaption[]> {
  return db.caption.findMany({
    where: {
      text: { contains: containing.trim(), mode: "insensitive" },
      picture: { dataset: { state: "READY" } },
    },
    orderBy: [
      { picture: { dataset: { createdAt: "desc" } } },
      { picture: { position: "asc" } },
      { position: "asc" },
    ],
    take: mostCaptions,
    select: { id: true, text: true },
  });
}

export async function findCheckCaption(id: string): Promise<CheckCaption | null> {
  return db.caption.findUnique({ where: { id }, select: { id: true, text: true } });
}

/** Photographs first, then samples; each image once. */
export async function listCheckPictures(captionIds: readonly string[]): Promise<CheckPicture[]> {
  if (captionIds.length === 0) return [];
  const [captions, samples] = await Promise.all([
    db.caption.findMany({
      where: { id: { in: [...captionIds] } },
      select: {
        text: true,
        picture: { select: { blobSha256: true, dataset: { select: { name: true } } } },
      },
    }),
    db.sample.findMany({
      where: { captionId: { in: [...captionIds] }, sampleSet: { state: "SUCCEEDED" } },
      orderBy: [{ seed: "asc" }, { sampleSet: { createdAt: "asc" } }],
      take: mostPictures,
      select: {
        blobSha256: true,
        seed: true,
        sampleSet: { select: { name: true } },
        caption: { select: { text: true } },
      },
    }),
  ]);
  const found = [
    ...captions.map(({ text, picture }) => ({
      sha256: picture.blobSha256,
      source: picture.dataset.name,
      caption: text,
    })),
    ...samples.map(({ blobSha256, seed, sampleSet, caption }) => ({
      sha256: blobSha256,
      source: `${sampleSet.name}, seed ${seed}`,
      caption: caption.text,
    })),
  ];
  return [...new Map(found.map((each) => [each.sha256, each])).values()].slice(0, mostPictures);
}
