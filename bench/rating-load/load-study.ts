/** An open study of generated photographs, made through the platform's own use cases. */
import sharp from "sharp";
import { db } from "@/lib/db";
import { storeBlob } from "@/lib/storage/store-blob";
import { createStudy } from "@/lib/studies/create-study";
import { openStudy } from "@/lib/studies/open-study";

export type LoadStudy = { id: string; inviteToken: string; ratersPerItem: number; items: number };

export async function createLoadStudy(
  name: string,
  options: { captions: number; ratersPerItem: number; itemsPerRater: number; arms: number },
): Promise<LoadStudy> {
  const arms = [];
  const dataset = await db.dataset.create({ data: { name, state: "READY" } });
  // A photograph of its own for every caption; the answers' speed does not depend on what is in it.
  const captionIds: string[] = [];
  for (let position = 0; position < options.captions; position++) {
    const sha256 = await storePlainPicture(position);
    const picture = await db.picture.create({
      data: {
        datasetId: dataset.id,
        stem: `photograph-${position}`,
        position,
        blobSha256: sha256,
        widthPx: 64,
        heightPx: 64,
        captions: {
          create: { position: 0, text: `a photograph of plain colour number ${position}`, tokenCount: 8 },
        },
      },
      include: { captions: true },
    });
    captionIds.push(picture.captions[0]!.id);
  }
  arms.push({ name: "real", datasetId: dataset.id });
  const checkpoint = await db.checkpoint.create({
    data: {
      name: `${name} model`,
      part: "BASE",
      blobSha256: "a".repeat(64),
      format: "safetensors",
      options: {},
      parameterCount: 1n,
      tensorCount: 1,
    },
  });
  for (let arm = 1; arm < options.arms; arm++) {
    const set = await db.sampleSet.create({
      data: {
        name: `${name} ${arm}`,
        datasetId: dataset.id,
        baseCheckpointId: checkpoint.id,
        settings: {},
        state: "SUCCEEDED",
        requested: options.captions,
      },
    });
    const sha256 = await storePlainPicture(100_000 + arm);
    await db.sample.createMany({
      data: captionIds.map((captionId) => ({ sampleSetId: set.id, captionId, seed: 0, blobSha256: sha256 })),
    });
    arms.push({ name: `model ${arm}`, sampleSetId: set.id });
  }
  const { id } = await createStudy(
    {
      name,
      criteria: [{ key: "caption-similarity", question: "Which picture matches the caption better?" }],
      arms,
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
