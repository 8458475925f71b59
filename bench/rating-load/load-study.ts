/** Open studies of plain images, made through the platform's own use cases. */
import sharp from "sharp";
import { db } from "@/lib/platform/database/db";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { createStudy } from "@/lib/studies/design/create-study";
import { openStudy } from "@/lib/studies/plan/open-study";

export type LoadStudy = { id: string; inviteToken: string; ratersPerItem: number; items: number };

/** Sample sets of the same captions, which all studies of a load test share. */
export type LoadWorld = { sampleSetIds: string[] };

/**
 * One photograph with as many captions as are wanted, and sets that show one image for each: the answers' speed
 * does not depend on what is in the images, which every rater gets under names of their own.
 *
 * @param options.sets how many
 * @param options.name tells the worlds of one database apart
 * @param options.storeImage stores image 0, the photograph, or that of a set, from 1, and returns its hash
 */
export async function createLoadWorld(
  captions: number,
  {
    sets = 2,
    name = "load",
    storeImage = storePlainImage,
  }: { sets?: number; name?: string; storeImage?: (index: number) => Promise<string> } = {},
): Promise<LoadWorld> {
  const { id: datasetId } = await db.dataset.create({ data: { name, state: "READY" } });
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
  await db.$executeRaw`
    INSERT INTO "Caption" (id, "imageId", position, text, "tokenCount")
    SELECT gen_random_uuid(), ${photograph.id}::uuid, n, 'a photograph of plain colour number ' || n, 8
    FROM generate_series(0, ${captions - 1}::int) n`;
  const checkpoint = await db.checkpoint.create({
    data: {
      name: `${name} model`,
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
        name: `${name} ${index}`,
        datasetId,
        baseCheckpointId: checkpoint.id,
        settings: {},
        state: "SUCCEEDED",
        requested: captions,
      },
    });
    await db.$executeRaw`
      INSERT INTO "Sample" (id, "sampleSetId", "captionId", seed, "blobSha256")
      SELECT gen_random_uuid(), ${set.id}::uuid, id, 0, ${await storeImage(index)}
      FROM "Caption" WHERE "imageId" = ${photograph.id}::uuid`;
    return set.id;
  };
  const sampleSetIds: string[] = [];
  for (let index = 1; index <= sets; index++) sampleSetIds.push(await createSet(index));
  return { sampleSetIds };
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
  const background = { r: 40 * index, g: 120, b: 120 };
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();
  return (await storeBlob(png, { mediaType: "image/png", widthPx: 64, heightPx: 64 })).sha256;
}
