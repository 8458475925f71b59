/** Makes the accepted captions of a desk part of its dataset: a new revision of it. */
import { captionsAt } from "@/lib/datasets/revisions/at-revision";
import { reviseWithin } from "@/lib/datasets/revisions/revise-dataset";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { captionKey } from "@/lib/text/caption-key";
import { noDesk } from "../end-desk";
import { lockDesk } from "../share/places";

/** Captions put into the dataset, and its revision that has them. */
export type AdoptedCaptions = { captions: number; revision: number };

const timeoutMs = 120_000;

/**
 * Those that were accepted since the last time. They come after the captions that their images have; one that its image has
 * already, from another person or from before, is not added again.
 *
 * @throws SemblanceError `not_found`; `conflict` where nothing is accepted that the dataset does not have; as `reviseWithin`
 */
export async function adoptCaptions(deskId: string): Promise<AdoptedCaptions> {
  return db.$transaction(
    async (transaction) => {
      await lockDesk(transaction, deskId);
      const desk = await transaction.desk.findUnique({ where: { id: deskId } });
      if (!desk) throw noDesk();
      const accepted = await transaction.deskCaption.findMany({
        where: { review: "ACCEPTED", adoptedAt: null, task: { deskImage: { deskId } } },
        orderBy: [{ task: { captioner: { number: "asc" } } }, { position: "asc" }],
        select: {
          id: true,
          text: true,
          reviewedText: true,
          task: { select: { deskImage: { select: { imageId: true } } } },
        },
      });
      if (accepted.length === 0) {
        throw new SemblanceError("conflict", "No accepted captions are waiting.", {
          remedy: "Accept captions on the review page first.",
        });
      }
      const present = await transaction.caption.findMany({
        where: { ...captionsAt("newest"), image: { onDesks: { some: { deskId } } } },
        select: { imageId: true, text: true },
      });
      const known = new Set(present.map(({ imageId, text }) => `${imageId} ${captionKey(text)}`));
      const added = accepted.flatMap(({ text, reviewedText, task }) => {
        const { imageId } = task.deskImage;
        const caption = reviewedText ?? text;
        const key = `${imageId} ${captionKey(caption)}`;
        if (known.has(key)) return [];
        known.add(key);
        return [{ imageId, text: caption }];
      });
      const { revision } = await reviseWithin(transaction, desk.datasetId, {
        changes: { added },
        reason: `captioning desk: ${desk.name}`,
      });
      await transaction.$executeRaw`
        UPDATE "DeskCaption" SET "adoptedAt" = now() WHERE "id" = ANY(${accepted.map(({ id }) => id)}::uuid[])`;
      await appendAuditEntry(transaction, {
        action: "desk.adopted",
        subject: { kind: "desk", id: deskId, name: desk.name },
        detail: { captions: added.length, revision },
      });
      return { captions: added.length, revision };
    },
    { timeout: timeoutMs },
  );
}
