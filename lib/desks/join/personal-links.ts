/** Links that each let one person in. */
import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { personalLinksInput } from "../desk-fields";
import { lockDesk } from "../share/places";
import { hashPersonalLink } from "./desk-invitation";
import { nextNumber } from "./join-desk";

/** Of one desk, with those who came by its link. */
const mostCaptioners = 2000;

/**
 * @returns the links' paths, which cannot be had again: only hashes are stored
 * @throws SemblanceError `not_found`; `conflict` for a closed desk; `invalid_input` for too many
 */
export async function makePersonalLinks(
  input: z.input<typeof personalLinksInput>,
): Promise<{ name: string; path: string }[]> {
  const { deskId, names } = personalLinksInput.parse(input);
  return db.$transaction(async (transaction) => {
    await lockDesk(transaction, deskId);
    const desk = await transaction.desk.findUnique({
      where: { id: deskId },
      include: { _count: { select: { captioners: true } } },
    });
    if (!desk) throw new SemblanceError("not_found", "There is no such captioning desk.");
    if (desk.state === "CLOSED") {
      throw new SemblanceError("conflict", "This desk is closed.", {
        remedy: "Nobody can join it any more.",
      });
    }
    if (desk._count.captioners + names.length > mostCaptioners) {
      throw new SemblanceError("invalid_input", `A desk has at most ${mostCaptioners} people.`, {
        remedy: `This one has ${desk._count.captioners}.`,
        details: { field: "names" },
      });
    }
    const first = await nextNumber(transaction, deskId);
    const made = names.map((name, index) => ({
      name,
      number: first + index,
      token: randomBytes(16).toString("base64url"),
    }));
    await transaction.captioner.createMany({
      data: made.map(({ token, ...row }) => ({ ...row, deskId, linkHash: hashPersonalLink(token) })),
    });
    await appendAuditEntry(transaction, {
      action: "desk.links-made",
      subject: { kind: "desk", id: deskId, name: desk.name },
      detail: { count: made.length },
    });
    return made.map(({ name, token }) => ({ name, path: `/desk/${token}` }));
  });
}

/**
 * A person can no longer caption: neither by their link nor in a browser that they have used. Their captions stay.
 *
 * @throws SemblanceError `not_found`; `conflict` where that was done already
 */
export async function removeCaptioner(captionerId: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const captioner = await transaction.captioner.findUnique({
      where: { id: captionerId },
      include: { desk: true },
    });
    if (!captioner) throw new SemblanceError("not_found", "There is no such person.");
    const removed = await transaction.captioner.updateMany({
      where: { id: captionerId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (removed.count === 0) throw new SemblanceError("conflict", "This person was removed already.");
    await appendAuditEntry(transaction, {
      action: "desk.captioner-removed",
      subject: { kind: "desk", id: captioner.deskId, name: captioner.desk.name },
      detail: { captionerId, number: captioner.number },
    });
  });
}
