/** What a check can be made of: captions that contain a text, and the images that datasets and sample sets have of them. */
import { captionsAt, imagesAt } from "@/lib/datasets/revisions/at-revision";
import type { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { readOrigin, sampleToText } from "@/lib/samples/sample-origin";

/** `language` of the caption (BCP 47); `dataset` is the name of the one that it belongs to. */
export type CheckCaption = { id: string; text: string; language: string; dataset: string };

/** An image with where it comes from. */
export type CheckImage = { sha256: string; source: string; caption: string; language: string };

const mostCaptions = 12;
const mostImages = 48;

/** The datasets that a design's arms come from: as photographs, or drawn from their captions. */
export async function datasetsOfArms(
  arms: readonly { datasetId?: string | undefined; sampleSetId?: string | undefined }[],
): Promise<string[]> {
  const sets = await db.sampleSet.findMany({
    where: { id: { in: arms.flatMap(({ sampleSetId }) => sampleSetId ?? []) } },
    select: { datasetId: true },
  });
  return [
    ...new Set([...arms.flatMap(({ datasetId }) => datasetId ?? []), ...sets.map((set) => set.datasetId)]),
  ];
}

/**
 * Captions of these datasets; where somebody searches and they have few, those of other datasets after them.
 *
 * @param containing part of the caption in whatever case; empty: the first ones
 */
export async function findCheckCaptions(
  containing: string,
  datasetIds: readonly string[],
): Promise<CheckCaption[]> {
  const text = containing.trim();
  const find = (datasetId: { in: string[] } | { notIn: string[] }, take: number) =>
    db.caption.findMany({
      where: {
        ...captionsAt("newest"),
        text: { contains: text, mode: "insensitive" },
        image: { ...imagesAt("newest"), dataset: { state: "READY", id: datasetId } },
      },
      orderBy: [
        { image: { dataset: { createdAt: "desc" } } },
        { image: { position: "asc" } },
        { position: "asc" },
      ],
      take,
      select: checkCaption,
    });
  const own = await find({ in: [...datasetIds] }, mostCaptions);
  const others =
    text === "" || own.length === mostCaptions
      ? []
      : await find({ notIn: [...datasetIds] }, mostCaptions - own.length);
  return [...own, ...others].map(toCheckCaption);
}

export async function findCheckCaption(id: string): Promise<CheckCaption | null> {
  const caption = await db.caption.findUnique({ where: { id }, select: checkCaption });
  return caption && toCheckCaption(caption);
}

const checkCaption = {
  id: true,
  text: true,
  image: { select: { dataset: { select: { name: true, captionLanguage: true } } } },
} satisfies Prisma.CaptionSelect;

function toCheckCaption({
  id,
  text,
  image: { dataset },
}: Prisma.CaptionGetPayload<{ select: typeof checkCaption }>): CheckCaption {
  return { id, text, language: dataset.captionLanguage, dataset: dataset.name };
}

/** Photographs first, then samples; each image once. */
export async function listCheckImages(captionIds: readonly string[]): Promise<CheckImage[]> {
  if (captionIds.length === 0) return [];
  const [captions, samples] = await Promise.all([
    db.caption.findMany({
      where: { id: { in: [...captionIds] } },
      select: {
        text: true,
        image: { select: { blobSha256: true, dataset: { select: { name: true, captionLanguage: true } } } },
      },
    }),
    db.sample.findMany({
      where: { captionId: { in: [...captionIds] }, sampleSet: { state: "SUCCEEDED" } },
      orderBy: [{ seed: "asc" }, { sampleSet: { createdAt: "asc" } }],
      take: mostImages,
      select: {
        blobSha256: true,
        seed: true,
        origin: true,
        sampleSet: { select: { name: true } },
        caption: {
          select: {
            text: true,
            image: { select: { dataset: { select: { captionLanguage: true } } } },
          },
        },
      },
    }),
  ]);
  const found = [
    ...captions.flatMap(({ text, image: { blobSha256: sha256, dataset } }) =>
      sha256 === null
        ? []
        : [{ sha256, source: dataset.name, caption: text, language: dataset.captionLanguage }],
    ),
    ...samples.map(({ blobSha256, seed, origin, sampleSet, caption }) => ({
      sha256: blobSha256,
      source: `${sampleSet.name}, ${sampleToText({ seed, origin: readOrigin(origin) })}`,
      caption: caption.text,
      language: caption.image.dataset.captionLanguage,
    })),
  ];
  return [...new Map(found.map((each) => [each.sha256, each])).values()].slice(0, mostImages);
}
