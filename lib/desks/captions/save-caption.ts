/** Stores a caption as it is written, and a reason for passing an image over. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import { counted } from "@/lib/text/counted";
import { readCaption } from "../caption-text";
import {
  type CaptionLease,
  longestCaption,
  longestSkipText,
  skipReasons,
  type WrittenCaption,
} from "../captioner-requests";
import { mostCaptionsPerImage } from "../desk-fields";
import { leaseWithin, renewHold } from "../share/lease-images";
import { lockDesk, transactionAtDesk } from "../share/places";
import { unknownCaptioner } from "../unknown-captioner";

const savedCaption = z.object({
  taskId: z.uuid(),
  position: z
    .number()
    .int()
    .min(0)
    .max(mostCaptionsPerImage - 1),
  text: z.string().max(4 * longestCaption),
  /** Whether it was begun from the draft. */
  isFromDraft: z.boolean(),
});

/**
 * Saving the same caption again changes nothing.
 *
 * @returns the caption as it is stored, and what comes next
 * @throws SemblanceError `invalid_input` as `readCaption`, and for a caption that the image has from the same person already; with
 *   `details.problem`: `conflict` for a reviewed caption, `gone` where the image went to somebody else meanwhile or the
 *   desk is closed; `not_found` for a task of somebody else
 */
export async function saveCaption(
  captionerId: string,
  given: unknown,
): Promise<{ caption: WrittenCaption; lease: CaptionLease }> {
  const { taskId, position, text: typed, isFromDraft } = savedCaption.parse(given);
  const { text, tokenCount } = readCaption(typed);
  return transactionAtDesk(async (transaction) => {
    const { desk, deskImage } = await takeTask(transaction, captionerId, taskId);
    if (position >= desk.captionsPerImage) {
      throw new SemblanceError(
        "invalid_input",
        `An image gets ${counted(desk.captionsPerImage, "caption", "captions")} here.`,
      );
    }
    const own = await transaction.deskCaption.findMany({ where: { taskId } });
    const before = own.find((each) => each.position === position);
    if (own.some((each) => each.position !== position && each.text === text)) {
      throw withProblem("invalid_input", "same", "You have already written this caption for this image.");
    }
    if (before && before.review !== "PENDING" && before.text !== text) {
      throw withProblem(
        "conflict",
        "reviewed",
        "This caption has been reviewed and can no longer be changed.",
      );
    }
    if (before?.text !== text) {
      const hasDraft = desk.showsDrafts && deskImage.draft !== null;
      const origin =
        hasDraft && text === deskImage.draft
          ? ("DRAFT_ACCEPTED" as const)
          : hasDraft && isFromDraft
            ? ("DRAFT_CHANGED" as const)
            : ("WRITTEN" as const);
      await transaction.deskCaption.upsert({
        where: { taskId_position: { taskId, position } },
        create: { taskId, position, text, tokenCount, origin },
        update: { text, tokenCount, origin, revision: { increment: 1 }, revisedAt: new Date() },
      });
      await transaction.captionTask.update({
        where: { id: taskId },
        data: { state: "DONE", skipReason: null, skipText: "" },
      });
    }
    await renewHold(transaction, captionerId, desk.holdHours);
    return {
      caption: { position, text, tokenCount, isReviewed: before ? before.review !== "PENDING" : false },
      lease: await leaseWithin(transaction, captionerId, false),
    };
  });
}

const skippedImage = z.object({
  taskId: z.uuid(),
  reason: z.enum(skipReasons),
  text: z.string().trim().max(longestSkipText),
});

/**
 * Passes an image over. Somebody else is then asked, once.
 *
 * @throws SemblanceError `conflict` for an image with a caption of theirs; as `saveCaption`
 */
export async function skipImage(captionerId: string, given: unknown): Promise<CaptionLease> {
  const { taskId, reason, text } = skippedImage.parse(given);
  return transactionAtDesk(async (transaction) => {
    const { desk, state } = await takeTask(transaction, captionerId, taskId);
    if (state === "DONE") {
      throw withProblem("conflict", "captioned", "This image has a caption of yours. Change it instead.");
    }
    await transaction.captionTask.update({
      where: { id: taskId },
      data: { state: "SKIPPED", skipReason: reason, skipText: reason === "other" ? text : "" },
    });
    await renewHold(transaction, captionerId, desk.holdHours);
    return leaseWithin(transaction, captionerId, false);
  });
}

/** The captioner's own task, under the desk's lock; what somebody else holds by now is not. */
async function takeTask(transaction: Prisma.TransactionClient, captionerId: string, taskId: string) {
  const captioner = await transaction.captioner.findUnique({ where: { id: captionerId, revokedAt: null } });
  if (!captioner) throw unknownCaptioner();
  await lockDesk(transaction, captioner.deskId);
  const desk = await transaction.desk.findUniqueOrThrow({ where: { id: captioner.deskId } });
  const task = await transaction.captionTask.findFirst({
    where: { id: taskId, captionerId },
    include: { deskImage: { include: { tasks: { include: { captioner: true } } } } },
  });
  // Given back when its time was over.
  if (!task) throw withProblem("gone", "taken", "This image is not yours any more.");
  if (desk.state === "CLOSED") throw withProblem("gone", "closed", "This captioning desk is closed.");
  const now = new Date();
  const others = task.deskImage.tasks.filter(
    ({ id, state, captioner: holder }) =>
      id !== taskId &&
      (state === "DONE" ||
        (state === "LEASED" &&
          holder.revokedAt === null &&
          holder.heldUntil !== null &&
          holder.heldUntil > now)),
  );
  if (task.state !== "DONE" && others.length >= task.deskImage.wanted) {
    throw withProblem("gone", "taken", "This image has been given to somebody else meanwhile.");
  }
  return { ...task, desk };
}

function withProblem(code: "invalid_input" | "conflict" | "gone", problem: string, message: string) {
  return new SemblanceError(code, message, { remedy: "Go on with the next image.", details: { problem } });
}
