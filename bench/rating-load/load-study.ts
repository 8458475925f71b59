/** Open studies of plain images, made through the platform's own use cases. */
import sharp from "sharp";
import { db } from "@/lib/platform/database/db";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { createStudy } from "@/lib/studies/design/create-study";
import { openStudy } from "@/lib/studies/plan/open-study";

export type LoadStudy = { id: string; inviteToken: string; ratersPerItem: number; items: number };

/** Two sample sets of the same captions, which all studies of a load test share. */
export type LoadWorld = { sampleSetIds: [string, string] };

/**
 * One photograph with as many captions as are wanted, and two sets that show one image for each: the answers' speed
 * does not depend on what is in the images, which every rater gets under names of their own.
 *
 * @param storeImage stores image 0, the photograph, or 1 or 2, a set's, and returns its hash
 */
export async function createLoadWorld(captions: number, storeImage = storePlainImage): Promise<LoadWorld> {
  const { id: datasetId } = await db.dataset.create({ data: { name: "load", state: "READY" } });
  const photograph = await db.image.create({
    data: {
      datasetId,
      stem: "photograph",
      position: 0,
      blobSha256: await storeImage(0),
      widthPx: 64,
      heightPx: 64,
    },
  });
  await db.caption.createMany({
    data: Array.from({ length: captions }, (_, position) => ({
      imageId: photograph.id,
      position,
      text: `a photograph of plain colour number ${position}`,
      tokenCount: 8,
    })),
  });
  const captionRows = await db.caption.findMany({
    where: { imageId: photograph.id },
    select: { id: true },
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
  const createSet = async (index: number) => {
    const set = await db.sampleSet.create({
      data: {
        name: `load ${index}`,
        datasetId,
        baseCheckpointId: checkpoint.id,
        settings: {},
        state: "SUCCEEDED",
        requested: captions,
      },
    });
    const blobSha256 = await storeImage(index);
    await db.sample.createMany({
      data: captionRows.map(({ id }) => ({ sampleSetId: set.id, captionId: id, seed: 0, blobSha256 })),
    });
    return set.id;
  };
  return { sampleSetIds: [await createSet(1), await createSet(2)] };
}

export async function openLoadStudy(
  name: string,
  { sampleSetIds }: LoadWorld,
  options: { captions: number; ratersPerItem: number; itemsPerRater: number },
): Promise<LoadStudy> {
  const { id } = await createStudy(
    {
      name,
      criteria: [{ key: "caption-similarity", question: "Which image matches the caption better?" }],
      arms: sampleSetIds.map((sampleSetId, index) => ({ name: `model ${index + 1}`, sampleSetId })),
      captionChoice: { choice: "first", count: options.captions },
      ratersPerItem: options.ratersPerItem,
      itemsPerRater: options.itemsPerRater,
      // They answer faster than people, all from one address.
      access: { way: "invitations", minimumSeconds: 0 },
    },
    "load test",
  );
  const { itemCount } = await openStudy(id, "load test");
  const { inviteToken } = await db.study.findUniqueOrThrow({ where: { id }, select: { inviteToken: true } });
  return { id, inviteToken, ratersPerItem: options.ratersPerItem, items: itemCount };
}

async function storePlainImage(index: number): Promise<string> {
  const background = { r: 80 * index, g: 120, b: 120 };
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();
  return (await storeBlob(png, { mediaType: "image/png", widthPx: 64, heightPx: 64 })).sha256;
}
