/** Changes an account's role, or disables or enables it; there is always an administrator left. */
import { SemblanceError } from "@/lib/errors";
import type { User } from "@/lib/generated/prisma/client";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { accountSubject } from "./account-subject";
import type { Role } from "./roles";
import { endSessionsOf } from "./user-sessions";

/**
 * Gives an account another role, which signs its owner out everywhere.
 *
 * @param actor e-mail address of the person who does this, for the audit log
 * @throws SemblanceError `not_found`, or `conflict` when nobody would be left who can manage people
 */
export async function changeRole(userId: string, role: Role, actor: string): Promise<void> {
  await changing(userId, async (user, transaction) => {
    if (user.role === role) return nothingChanged();
    if (role !== "ADMINISTRATOR") await keepAnAdministrator(user, transaction);
    await transaction.user.update({ where: { id: userId }, data: { role } });
    await endSessionsOf(userId, transaction);
    await appendAuditEntry(transaction, {
      actor,
      action: "user.role-changed",
      subject: accountSubject(user),
      detail: { userId, email: user.email, from: user.role, to: role },
    });
  });
}

/** Disables an account, which ends its sessions and links at once, or enables it again. Throws as `changeRole`. */
export async function setUserDisabled(userId: string, disabled: boolean, actor: string): Promise<void> {
  await changing(userId, async (user, transaction) => {
    if ((user.disabledAt !== null) === disabled) return nothingChanged();
    if (disabled) await keepAnAdministrator(user, transaction);
    await transaction.user.update({
      where: { id: userId },
      data: { disabledAt: disabled ? new Date() : null },
    });
    if (disabled) {
      await transaction.signInLink.deleteMany({ where: { userId, usedAt: null } });
      await endSessionsOf(userId, transaction);
    }
    await appendAuditEntry(transaction, {
      actor,
      action: disabled ? "user.disabled" : "user.enabled",
      subject: accountSubject(user),
      detail: { userId, email: user.email },
    });
  });
}

async function changing(
  userId: string,
  change: (user: User, transaction: Transaction) => Promise<void>,
): Promise<void> {
  await db.$transaction(async (transaction) => {
    // Two administrators demoting each other at the same moment must not both succeed.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('users'))`;
    const user = await transaction.user.findUnique({ where: { id: userId } });
    if (!user) throw new SemblanceError("not_found", "There is no such account.");
    await change(user, transaction);
  });
}

async function keepAnAdministrator(user: User, transaction: Transaction): Promise<void> {
  if (user.role !== "ADMINISTRATOR" || user.disabledAt) return;
  const others = await transaction.user.count({
    where: { role: "ADMINISTRATOR", disabledAt: null, id: { not: user.id } },
  });
  if (others > 0) return;
  throw new SemblanceError("conflict", `${user.name} is the last administrator.`, {
    remedy: "Make somebody else an administrator first.",
  });
}
