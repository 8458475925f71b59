/** In which browsers people are signed in. A session is a row: once it is gone, every copy of its cookie is worthless. */
import { SemblanceError } from "@/lib/errors";
import type { User } from "@/lib/generated/prisma/client";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { accountSubject } from "./account-subject";
import type { Member } from "./member";
import { sessionLifetimeS } from "./own-cookie";
import type { Visitor } from "./visitor";

export type UserSession = {
  id: string;
  browser: string;
  address: string;
  cameByLink: boolean;
  createdAt: Date;
  /** To within five minutes. */
  lastSeenAt: Date;
  /** Whether it is the one that asks. */
  own: boolean;
};

/**
 * Signs a browser in.
 *
 * @param user as they were when their password or link was looked at
 * @param transaction in which the session is started and the account cannot change meanwhile
 * @returns the new session's id, which its cookie names
 * @throws SemblanceError `not_signed_in` when the account has been disabled or has got another password since
 */
export async function startSession(
  user: Pick<User, "id" | "passwordHash">,
  { browser, address }: Pick<Visitor, "browser" | "address">,
  cameByLink: boolean,
  transaction: Transaction,
): Promise<string> {
  const userId = user.id;
  // Ending this account's sessions changes its row first, and so either waits for this or is seen by it.
  const [row] = await transaction.$queryRaw<Pick<User, "passwordHash" | "disabledAt">[]>`
    SELECT "passwordHash", "disabledAt" FROM "User" WHERE id = ${userId}::uuid FOR SHARE`;
  if (!row || row.disabledAt || row.passwordHash !== user.passwordHash) {
    throw new SemblanceError("not_signed_in", "This account has just been changed.", {
      remedy: "Sign in again.",
    });
  }
  await transaction.session.deleteMany({ where: { userId, expiresAt: { lt: new Date() } } });
  const { id } = await transaction.session.create({
    data: {
      userId,
      cameByLink,
      browser,
      address,
      expiresAt: new Date(Date.now() + sessionLifetimeS * 1000),
    },
  });
  return id;
}

/** Signs a browser out. Without effect where it is signed out already. */
export async function signOut(sessionId: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const session = await transaction.session.findUnique({
      where: { id: sessionId },
      include: { user: true },
    });
    if (!session) return;
    await transaction.session.deleteMany({ where: { id: sessionId } });
    await appendAuditEntry(transaction, {
      actor: session.user.email,
      action: "user.signed-out",
      subject: accountSubject(session.user),
    });
  });
}

/** Ends the session of a browser that has got another one. */
export async function dropSession(sessionId: string): Promise<void> {
  await db.session.deleteMany({ where: { id: sessionId } });
}

/** Signs somebody out everywhere. For whoever has changed the account's row in the same transaction; see `startSession`. */
export async function endSessionsOf(userId: string, transaction: Transaction): Promise<void> {
  await transaction.session.deleteMany({ where: { userId } });
}

/** Where a member is signed in, the browser that asks first, then the one used last. */
export async function listOwnSessions(member: Pick<Member, "id" | "sessionId">): Promise<UserSession[]> {
  const rows = await db.session.findMany({
    where: { userId: member.id, expiresAt: { gt: new Date() } },
    orderBy: { lastSeenAt: "desc" },
  });
  return rows
    .map(({ id, browser, address, cameByLink, createdAt, lastSeenAt }) => {
      return { id, browser, address, cameByLink, createdAt, lastSeenAt, own: id === member.sessionId };
    })
    .sort((a, b) => Number(b.own) - Number(a.own));
}

/** Signs a member out in one of their browsers. @throws SemblanceError `not_found` where it is none of theirs */
export async function endOwnSession(member: Member, sessionId: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const { count } = await transaction.session.deleteMany({ where: { id: sessionId, userId: member.id } });
    if (count === 0) {
      throw new SemblanceError("not_found", "This browser is signed out already.", {
        remedy: "Reload the page.",
      });
    }
    await appendAuditEntry(transaction, {
      actor: member.email,
      action: "user.session-ended",
      subject: accountSubject(member),
    });
  });
}

/** Signs a member out everywhere, here too. */
export async function endOwnSessions(member: Member): Promise<void> {
  await db.$transaction(async (transaction) => {
    await endSessionsOf(member.id, transaction);
    await appendAuditEntry(transaction, {
      actor: member.email,
      action: "user.signed-out-everywhere",
      subject: accountSubject(member),
    });
  });
}
