/** Lets a person sit down at a desk by its link or their own, and recognises those who return. */
import type { ErrorCode } from "@/lib/errors";
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { inLine } from "@/lib/platform/database/waiting-line";
import { spendProof } from "@/lib/rating/admission/challenge";
import { type Visit, type VisitorKeys, visitorKeys } from "@/lib/rating/admission/visitor-keys";
import { hashRaterToken, newRaterToken } from "@/lib/rating/join/rater-token";
import { captionerName } from "../desk-fields";
import { countFreePlaces, lockDesk } from "../share/places";
import { getDeskInvitation } from "./desk-invitation";

export const joinRefusals = ["closed", "full", "name", "address", "browser"] as const;
export type JoinRefusal = (typeof joinRefusals)[number];

/** A browser may be shared by two people; more are a script. */
const mostPerBrowser = 2;

type Joining = {
  /** The cookie's token of an earlier visit. */
  token?: string | undefined;
  name?: string | undefined;
  visit: Visit;
};

export type JoinedCaptioner = {
  captionerId: string;
  deskId: string;
  /** For the cookie; null where the presented one is still good. */
  newToken: string | null;
};

/**
 * A personal link is one person, on any device. The desk's link makes somebody new: after a proof of work, as long as there are
 * images to give out, at most twice as many people per address as the desk wants, and two per browser.
 *
 * @throws SemblanceError `not_found` for a link of no desk; with the reason in `details.refusal`, one of `joinRefusals`: `gone`
 *   for a closed desk and one with nothing left, `invalid_input` without a name, `too_many_requests`; the refusal of `spendProof`
 */
export function joinDesk(link: string, person: Joining): Promise<JoinedCaptioner> {
  return inLine("joining", async () => {
    const desk = await getDeskInvitation(link);
    return db.$transaction((transaction) => joinWithin(transaction, desk, person));
  });
}

async function joinWithin(
  transaction: Prisma.TransactionClient,
  { deskId, isClosed, person: invited }: Awaited<ReturnType<typeof getDeskInvitation>>,
  { token, name, visit }: Joining,
): Promise<JoinedCaptioner> {
  await lockDesk(transaction, deskId);
  const here = token
    ? await transaction.captionerSession.findUnique({
        where: { tokenHash: hashRaterToken(token) },
        include: { captioner: true },
      })
    : null;
  const known = here?.captioner;
  const isHere = known?.deskId === deskId && known.revokedAt === null;
  if (isHere && (invited === null || invited.id === known.id)) {
    nothingChanged();
    return { captionerId: known.id, deskId, newToken: null };
  }
  if (isClosed) throw refused("closed", "gone", "This captioning desk is closed.");
  const newToken = newRaterToken();
  const sessions = { create: { tokenHash: hashRaterToken(newToken) } };
  if (invited) {
    await transaction.captioner.update({
      where: { id: invited.id },
      data: { sessions, joinedAt: new Date() },
    });
    return recordJoin(transaction, { captionerId: invited.id, deskId, newToken });
  }
  const given = captionerName.safeParse(name ?? "");
  if (!given.success) throw refused("name", "invalid_input", "Write your name, or any name, on one line.");
  await spendProof(transaction, deskId, visit.proof);
  const keys = visitorKeys(deskId, visit);
  await limitCaptioners(transaction, deskId, keys);
  if ((await countFreePlaces(transaction, deskId, null)) === 0) {
    throw refused("full", "gone", "All images have been given out.");
  }
  const { id: captionerId } = await transaction.captioner.create({
    data: {
      ...keys,
      deskId,
      name: given.data,
      number: await nextNumber(transaction, deskId),
      joinedAt: new Date(),
      sessions,
    },
  });
  return recordJoin(transaction, { captionerId, deskId, newToken });
}

async function recordJoin(
  transaction: Prisma.TransactionClient,
  joined: JoinedCaptioner,
): Promise<JoinedCaptioner> {
  await appendAuditEntry(transaction, {
    action: "captioner.joined",
    subject: { kind: "desk", id: joined.deskId },
    detail: { captionerId: joined.captionerId },
    withoutAddress: true,
  });
  return joined;
}

/** Under the desk's lock, so that those who come at the same time are counted. */
async function limitCaptioners(
  transaction: Prisma.TransactionClient,
  deskId: string,
  { addressKey, deviceKey }: VisitorKeys,
): Promise<void> {
  const { people } = await transaction.desk.findUniqueOrThrow({ where: { id: deskId } });
  const [fromAddress, fromBrowser] = [
    await transaction.captioner.count({ where: { deskId, addressKey } }),
    await transaction.captioner.count({ where: { deskId, deviceKey } }),
  ];
  if (fromBrowser >= mostPerBrowser) {
    throw refused("browser", "too_many_requests", "This browser has joined twice already.");
  }
  if (fromAddress >= 2 * people) {
    throw refused("address", "too_many_requests", "Too many people have joined from your network.");
  }
}

/** Under the desk's lock. */
export async function nextNumber(transaction: Prisma.TransactionClient, deskId: string): Promise<number> {
  const { _max } = await transaction.captioner.aggregate({ where: { deskId }, _max: { number: true } });
  return (_max.number ?? 0) + 1;
}

function refused(reason: JoinRefusal, code: ErrorCode, message: string): SemblanceError {
  return new SemblanceError(code, message, {
    remedy: "Ask the people who invited you.",
    details: { refusal: reason },
  });
}
