/** A signed-in person, as pages and actions see one. */
import { db } from "@/lib/platform/database/db";
import type { Role } from "./roles";

export type Member = {
  id: string;
  email: string;
  name: string;
  role: Role;
  hasPassword: boolean;
  sessionId: string;
  /** Came in by a one-time link within the last hour, which stands for the password where that is asked for. */
  hasFreshLink: boolean;
};

const freshMs = 3600_000;
/** Not a write with every request. */
const seenMs = 5 * 60_000;

/** The person that a session belongs to, or null where it has ended or the account is disabled. */
export async function findMember(sessionId: string): Promise<Member | null> {
  const session = await db.session.findUnique({ where: { id: sessionId }, include: { user: true } });
  const now = Date.now();
  if (!session || session.expiresAt.getTime() < now || session.user.disabledAt) return null;
  if (session.lastSeenAt.getTime() < now - seenMs) {
    await db.session.updateMany({ where: { id: sessionId }, data: { lastSeenAt: new Date(now) } });
  }
  const { user } = session;
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    hasPassword: user.passwordHash !== null,
    sessionId,
    hasFreshLink: session.cameByLink && session.createdAt.getTime() > now - freshMs,
  };
}
