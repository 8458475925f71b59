/** Changes one's own name, e-mail address or password. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { account, passwordChange, profile } from "./account-fields";
import { accountSubject } from "./account-subject";
import { signInLimit } from "./attempt-limit";
import { howToGetALink } from "./how-to-get-a-link";
import type { Member } from "./member";
import { hashPassword, verifyPassword } from "./password";

/**
 * Saves everything that the account page holds, or nothing of it.
 *
 * @throws SemblanceError as `updateProfile` and `setPassword` do
 */
export async function saveAccount(member: Member, input: z.input<typeof account>): Promise<void> {
  const { name, email, ...password } = account.parse(input);
  await db.$transaction(async (transaction) => {
    if (password.password !== "") await setPassword(member, password, transaction);
    await updateProfile(member, { name, email }, transaction);
  });
}

/** @throws SemblanceError `conflict` when the address belongs to another account */
export async function updateProfile(
  member: Member,
  input: z.input<typeof profile>,
  transaction: Transaction = db,
): Promise<void> {
  const data = profile.parse(input);
  const holder = await transaction.user.findUnique({ where: { email: data.email } });
  if (holder && holder.id !== member.id) {
    throw new SemblanceError("conflict", `There is already an account for ${data.email}.`, {
      remedy: "Use another address.",
      details: { field: "email" },
    });
  }
  const before = await transaction.user.findUniqueOrThrow({ where: { id: member.id } });
  const changes = Object.fromEntries(
    (["name", "email"] as const).flatMap((field) =>
      before[field] === data[field] ? [] : [[field, { from: before[field], to: data[field] }]],
    ),
  );
  if (Object.keys(changes).length === 0) return nothingChanged();
  await transaction.user.update({ where: { id: member.id }, data });
  await appendAuditEntry(transaction, {
    action: "user.changed",
    subject: accountSubject(before),
    detail: changes,
  });
}

/**
 * Sets a password. The current one must be given, unless there is none yet or the member came by a one-time link.
 * Every session of the account ends; the caller signs in again with the new password.
 *
 * @throws SemblanceError `forbidden` when the current password is wrong, `too_many_requests` after ten wrong ones
 */
export async function setPassword(
  member: Member,
  input: z.input<typeof passwordChange>,
  transaction: Transaction = db,
): Promise<void> {
  const change = passwordChange.parse(input);
  const user = await transaction.user.findUniqueOrThrow({ where: { id: member.id } });
  if (user.passwordHash !== null && !member.cameByLink) {
    const limit = signInLimit();
    limit.check(user.email);
    if (!(await verifyPassword(change.current, user.passwordHash))) {
      limit.recordFailure(user.email);
      throw new SemblanceError("forbidden", "That is not your current password.", {
        remedy: `Forgot it? ${howToGetALink(user)}`,
        details: { field: "current" },
      });
    }
  }
  await transaction.user.update({
    where: { id: member.id },
    data: { passwordHash: await hashPassword(change.password) },
  });
  await appendAuditEntry(transaction, { action: "user.password-changed", subject: accountSubject(user) });
}
