/** Whether the images of a picked check exist. */
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { PickedCheck } from "./picked-checks";

/** @throws SemblanceError `not_found` naming the check whose caption or image no dataset or sample set has */
export async function assertImagesExist(
  transaction: Pick<Prisma.TransactionClient, "caption" | "image" | "sample">,
  checks: readonly PickedCheck[],
): Promise<void> {
  if (checks.length === 0) return;
  const blobSha256 = { in: checks.flatMap(({ images }) => images) };
  const [captions, images, samples] = await Promise.all([
    transaction.caption.findMany({
      where: { id: { in: checks.map(({ captionId }) => captionId) } },
      select: { id: true },
    }),
    transaction.image.findMany({ where: { blobSha256 }, select: { blobSha256: true } }),
    transaction.sample.findMany({ where: { blobSha256 }, select: { blobSha256: true } }),
  ]);
  const captionIds = new Set(captions.map(({ id }) => id));
  const known = new Set([...images, ...samples].map((row) => row.blobSha256));
  for (const [index, check] of checks.entries()) {
    const gone = check.images.find((sha256) => !known.has(sha256));
    if (captionIds.has(check.captionId) && gone === undefined) continue;
    throw new SemblanceError(
      "not_found",
      gone === undefined
        ? `The caption of check ${index + 1} no longer exists.`
        : `Check ${index + 1} shows the image ${gone.slice(0, 12)}…, which is in no dataset or sample set.`,
      {
        remedy: "Remove the check on the draft's page “Checks”, or pick other images.",
        details: { field: `checks.${index}` },
      },
    );
  }
}
