/** Images of items whose files are lost or damaged: no rater is given an item with one, until the file is back. */
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import { isImageFault } from "@/lib/images/image-fault";
import { db } from "@/lib/platform/database/db";
import { readBlob } from "@/lib/platform/storage/store-blob";

/** For `WHERE`: the item whose id is given in SQL has all its images. */
export const hasAllImages = (itemId: Prisma.Sql) => Prisma.sql`
  NOT EXISTS (SELECT FROM "ItemImage" own JOIN "FaultyImage" faulty ON faulty."blobSha256" = own."blobSha256"
              WHERE own."itemId" = ${itemId})`;

/**
 * The bytes of a blind image.
 *
 * @throws SemblanceError `gone` where the file is lost or damaged; its items are then given to nobody any more
 */
export async function readBlindImage(sha256: string): Promise<Buffer> {
  try {
    return await readBlob(sha256);
  } catch (error) {
    if (!isImageFault(error)) throw error;
    await db.faultyImage.createMany({ data: [{ blobSha256: sha256 }], skipDuplicates: true });
    throw new SemblanceError("gone", "This image cannot be shown.", {
      remedy: "Reload the page to get another item.",
      details: { reason: "faulty" },
      cause: error,
    });
  }
}

/** Looks at all images of a rater's item. @returns whether one of them is faulty */
export async function findFaultyImages(raterId: string, assignmentId: string): Promise<boolean> {
  const images = await db.itemImage.findMany({
    where: { item: { assignments: { some: { id: assignmentId, raterId } } } },
    select: { blobSha256: true },
  });
  const faulty = await Promise.all(
    images.map(({ blobSha256 }) =>
      readBlindImage(blobSha256!).then(
        () => false,
        (error) => {
          if (error instanceof SemblanceError && error.code === "gone") return true;
          throw error;
        },
      ),
    ),
  );
  return faulty.includes(true);
}

/** Gives items to raters again whose images' files have been restored. @returns how many images are back */
export async function takeBackRestoredImages(): Promise<number> {
  const faulty = await db.faultyImage.findMany();
  let restored = 0;
  for (const { blobSha256 } of faulty) {
    // Of a study that was deleted meanwhile: nobody asks for it any more.
    const isUsed = (await db.itemImage.count({ where: { blobSha256 } })) > 0;
    if (!isUsed) await db.faultyImage.deleteMany({ where: { blobSha256 } });
    const isBack =
      isUsed &&
      (await readBlob(blobSha256).then(
        () => true,
        () => false,
      ));
    if (!isBack) continue;
    await db.faultyImage.deleteMany({ where: { blobSha256 } });
    restored++;
  }
  return restored;
}
