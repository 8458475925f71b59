/** Accepting, rejecting and correcting the captions of a desk. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import type { CaptionReview } from "@/lib/generated/prisma/enums";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { readCaption } from "../caption-text";
import type { correctionInput, reviewInput } from "../desk-fields";
import { noDesk } from "../end-desk";

/**
 * Captions that are in the dataset already stay as they are.
 *
 * @returns how many were changed
 * @throws SemblanceError `not_found`; `conflict` where none of them can be changed
 */
export async function reviewCaptions(
  { deskId, captionIds, verdict }: z.output<typeof reviewInput>,
  actor: string,
): Promise<number> {
  return reviewWhere(deskId, { id: { in: captionIds } }, verdict, actor);
}

/** All that wait for a review. @throws SemblanceError as `reviewCaptions` */
export async function acceptAllPending(deskId: string, actor: string): Promise<number> {
  return reviewWhere(deskId, { review: "PENDING" }, "ACCEPTED", actor);
}

async function reviewWhere(
  deskId: string,
  which: { id: { in: string[] } } | { review: "PENDING" },
  verdict: CaptionReview,
  actor: string,
): Promise<number> {
  return db.$transaction(async (transaction) => {
    const desk = await transaction.desk.findUnique({ where: { id: deskId } });
    if (!desk) throw noDesk();
    const isReviewed = verdict !== "PENDING";
    const { count } = await transaction.deskCaption.updateMany({
      where: { ...which, adoptedAt: null, task: { deskImage: { deskId } } },
      data: {
        review: verdict,
        reviewedBy: isReviewed ? actor : null,
        reviewedAt: isReviewed ? new Date() : null,
        ...(isReviewed ? {} : { reviewedText: null }),
      },
    });
    if (count === 0) {
      throw new SemblanceError("conflict", "There is no such caption to review.", {
        remedy: "Reload the page: it may be in the dataset already, or removed.",
      });
    }
    await appendAuditEntry(transaction, {
      action: "desk.reviewed",
      subject: { kind: "desk", id: deskId, name: desk.name },
      detail: { captions: count, verdict },
    });
    return count;
  });
}

/**
 * Corrects a caption and accepts it. What its captioner wrote is kept.
 *
 * @throws SemblanceError `not_found`; `conflict` for one that is in the dataset; as `readCaption`, with the field `text`
 */
export async function correctCaption(
  { captionId, text: typed }: z.output<typeof correctionInput>,
  actor: string,
): Promise<void> {
  const { text, tokenCount } = readCaption(typed);
  await db.$transaction(async (transaction) => {
    const caption = await transaction.deskCaption.findUnique({
      where: { id: captionId },
      include: { task: { include: { deskImage: { include: { desk: true } } } } },
    });
    if (!caption) throw new SemblanceError("not_found", "There is no such caption.");
    const { desk } = caption.task.deskImage;
    const changed = await transaction.deskCaption.updateMany({
      where: { id: captionId, adoptedAt: null },
      data: {
        reviewedText: text === caption.text ? null : text,
        tokenCount,
        review: "ACCEPTED",
        reviewedBy: actor,
        reviewedAt: new Date(),
      },
    });
    if (changed.count === 0) {
      throw new SemblanceError("conflict", "This caption is in the dataset already.", {
        remedy: "Edit it there.",
      });
    }
    await appendAuditEntry(transaction, {
      action: "desk.caption-corrected",
      subject: { kind: "desk", id: desk.id, name: desk.name },
      detail: { captionId, from: caption.reviewedText ?? caption.text, to: text },
    });
  });
}
