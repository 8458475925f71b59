/** Open studies of drawn photographs, made through the platform's own use cases. */
import sharp from "sharp";
import { db } from "@/lib/db";
import { storeBlob } from "@/lib/storage/store-blob";
import { createStudy } from "@/lib/studies/create-study";
import { openStudy } from "@/lib/studies/open-study";

export type LoadStudy = { id: string; inviteToken: string; ratersPerItem: number; items: number };

/** Sources that all studies of a load test share. */
export type LoadWorld = { datasetId: string; sampleSetId: string };

/** The answers' speed does not depend on what is in the pictures, so a few different ones do. */
const differentPictures = 32;

/** A dataset of `captions` photographs and one sample set of the same captions. */
export async function createLoadWorld(captions: number): Promise<LoadWorld> {
  const pictures = await Promise.all(
    Array.from({ length: differentPictures }, (_, i) => storePlainPicture(i)),
  );
  const { id: datasetId } = await db.dataset.create({ data: { name: "load", state: "READY" } });
  await db.picture.createMany({
    data: Array.from({ length: captions }, (_, position) => ({
      datasetId,
      stem: `photograph-${position}`,
      position,
      blobSha256: pictures[position % differentPictures]!,
      widthPx: 64,
      heightPx: 64,
    })),
  });
  const rows = await db.picture.findMany({ where: { datasetId }, select: { id: true, position: true } });
  await db.caption.createMany({
    data: rows.map(({ id, position }) => ({
      pictureId: id,
      position: 0,
      text: `a photograph of plain colour number ${position}`,
      tokenCount: 8,
    })),
  });
  const checkpoint = await db.checkpoint.create({
    data: {
      name: "load model",
      part: "BASE",
      blobSha256: "a".repeat(64),
      format: "safetensors",
      options: { image_size: 64 },
      parameterCount: 1n,
      tensorCount: 1,
    },
  });
  const set = await db.sampleSet.create({
    data: {
      name: "load samples",
      datasetId,
      baseCheckpointId: checkpoint.id,
      settings: {},
      state: "SUCCEEDED",
      requested: captions,
    },
  });
  const drawn = await storePlainPicture(100_000);
  const texts = await db.caption.findMany({ where: { picture: { datasetId } }, select: { id: true } });
  await db.sample.createMany({
    data: texts.map(({ id }) => ({ sampleSetId: set.id, captionId: id, seed: 0, blobSha256: drawn })),
  });
  return { datasetId, sampleSetId: set.id };
}

export async function openLoadStudy(
  name: string,
  { datasetId, sampleSetId }: LoadWorld,
  options: { captions: number; ratersPerItem: number; itemsPerRater: number },
): Promise<LoadStudy> {
  const { id } = await createStudy(
    {
      name,
      criteria: [{ key: "caption-similarity", question: "Which picture matches the caption better?" }],
      arms: [
        { name: "real", datasetId },
        { name: "model", sampleSetId },
      ],
      captionChoice: { choice: "first", count: options.captions },
      ratersPerItem: options.ratersPerItem,
      itemsPerRater: options.itemsPerRater,
    },
    "load test",
  );
  const { itemCount } = await openStudy(id, "load test");
  const { inviteToken } = await db.study.findUniqueOrThrow({ where: { id }, select: { inviteToken: true } });
  return { id, inviteToken, ratersPerItem: options.ratersPerItem, items: itemCount };
}

async function storePlainPicture(index: number): Promise<string> {
  const background = { r: index & 255, g: (index >> 8) & 255, b: (index >> 16) & 255 };
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();
  return (await storeBlob(png, { mediaType: "image/png", widthPx: 64, heightPx: 64 })).sha256;
}
