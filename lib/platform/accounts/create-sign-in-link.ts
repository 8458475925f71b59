/** Makes links that sign somebody in once: for the first administrator, for invitations, for forgotten passwords. */
import { createHash, randomBytes } from "node:crypto";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { accountSubject } from "./account-subject";

const dayMs = 24 * 3600_000;
const lifetimeMs = 7 * dayMs;

/** What the database keeps of a link: anyone who reads the table cannot sign in with it. */
export function signInTokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/**
 * A new link for `userId`, valid for a week and for one use; earlier unused links of the same person end.
 *
 * @returns the path to append to the server's address; it is shown once and cannot be had again
 * @throws SemblanceError `not_found`, or `conflict` for a disabled account
 */
export async function createSignInLink(userId: string): Promise<{ path: string }> {
  return db.$transaction(async (transaction) => {
    const user = await transaction.user.findUnique({ where: { id: userId } });
    if (!user) throw new SemblanceError("not_found", "There is no such account.");
    if (user.disabledAt) {
      throw new SemblanceError("conflict", `The account of ${user.name} is disabled.`, {
        remedy: "Enable it first.",
      });
    }
    await appendAuditEntry(transaction, {
      action: "user.sign-in-link-made",
      subject: accountSubject(user),
      detail: { email: user.email },
    });
    return makeSignInLink(user, transaction);
  });
}

/** As `createSignInLink`, for an account that has just been made; anyone who makes it records that. */
export async function makeSignInLink(
  { id: userId }: { id: string },
  transaction: Transaction,
): Promise<{ path: string }> {
  const token = randomBytes(24).toString("base64url");
  await transaction.signInLink.deleteMany({ where: { userId, usedAt: null } });
  await transaction.signInLink.create({
    data: { tokenHash: signInTokenHash(token), userId, expiresAt: new Date(Date.now() + lifetimeMs) },
  });
  return { path: `/sign-in/${token}` };
}

/**
 * The way in to an installation that nobody has entered yet: creates the first administrator where there is no
 * account at all, and makes a fresh link as long as that administrator has not set a password.
 *
 * @returns the link's path, or null where somebody can already sign in
 */
export async function createFirstAdministratorLink(): Promise<string | null> {
  return db.$transaction(async (transaction) => {
    // Two servers starting at once must not create two first administrators.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('first-administrator'))`;
    const users = await transaction.user.findMany({ take: 2 });
    if (users.length > 1) return null;
    const only = users[0];
    if (only && (only.passwordHash !== null || only.role !== "ADMINISTRATOR")) return null;
    const administrator =
      only ??
      (await transaction.user.create({
        data: { email: "administrator@localhost", name: "Administrator", role: "ADMINISTRATOR" },
      }));
    await appendAuditEntry(transaction, {
      action: only ? "user.sign-in-link-made" : "user.first-created",
      subject: accountSubject(administrator),
      detail: { email: administrator.email },
    });
    return (await makeSignInLink(administrator, transaction)).path;
  });
}
