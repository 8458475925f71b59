/** Changes one's own name, e-mail address or password. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import type { User } from "@/lib/generated/prisma/client";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { account } from "./account-fields";
import { accountSubject } from "./account-subject";
import { attemptOwnPassword } from "./attempts";
import { howToGetALink } from "./how-to-get-a-link";
import type { Member } from "./member";
import { hashPassword, verifyPassword } from "./password";
import { endSessionsOf, startSession } from "./user-sessions";
import type { Visitor } from "./visitor";

/**
 * What is wrong with a password that somebody wants to have, as a sentence; null for a good one.
 *
 * @param words what others know of that person
 */
export type JudgePassword = (password: string, words: string[]) => Promise<string | null>;

/**
 * Saves everything that the account page holds, or nothing of it. A new address or password has to be confirmed with the
 * current password, or by having come in with a fresh one-time link. It ends every session of the account; the browser
 * that asks gets a new one.
 *
 * @returns the id of the new session; null where the old one goes on
 * @throws SemblanceError `conflict` when the address belongs to another account, `forbidden` when the current password is
 * wrong or there is none and the link is not fresh, `too_many_requests` after ten wrong ones, `invalid_input` for a
 * password that is easily guessed
 */
export async function saveAccount(
  member: Member,
  input: z.input<typeof account>,
  visitor: Pick<Visitor, "browser" | "address">,
  judge: JudgePassword,
): Promise<string | null> {
  const { name, email, current, password } = account.parse(input);
  const user = await db.user.findUniqueOrThrow({ where: { id: member.id } });
  const changesAccess = email !== user.email || password !== "";
  if (changesAccess) await confirm(member, user, current);
  if (password !== "") {
    const problem = await judge(password, wordsAbout([name, email, user.name, user.email]));
    if (problem) throw new SemblanceError("invalid_input", problem, { details: { field: "password" } });
  }
  const passwordHash = password === "" ? user.passwordHash : await hashPassword(password);
  return db.$transaction(async (transaction) => {
    const holder = await transaction.user.findUnique({ where: { email } });
    if (holder && holder.id !== member.id) {
      throw new SemblanceError("conflict", `There is already an account for ${email}.`, {
        remedy: "Use another address.",
        details: { field: "email" },
      });
    }
    const { count } = await transaction.user.updateMany({
      where: { id: user.id, email: user.email, passwordHash: user.passwordHash },
      data: { name, email, passwordHash },
    });
    if (count === 0) {
      throw new SemblanceError("conflict", "Your account has just been changed in another window.", {
        remedy: "Reload the page.",
      });
    }
    await record(user, { name, email, passwordHash }, transaction);
    if (!changesAccess) return null;
    await transaction.signInLink.deleteMany({ where: { userId: user.id, usedAt: null } });
    await endSessionsOf(user.id, transaction);
    return startSession({ id: user.id, passwordHash }, visitor, false, transaction);
  });
}

async function record(
  before: User,
  after: Pick<User, "name" | "email" | "passwordHash">,
  transaction: Transaction,
): Promise<void> {
  const subject = accountSubject(before);
  const changes = (["name", "email"] as const).filter((field) => before[field] !== after[field]);
  const setsPassword = before.passwordHash !== after.passwordHash;
  if (changes.length === 0 && !setsPassword) return nothingChanged();
  if (setsPassword) await appendAuditEntry(transaction, { action: "user.password-changed", subject });
  if (changes.length === 0) return;
  const detail = Object.fromEntries(
    changes.map((field) => [field, { from: before[field], to: after[field] }]),
  );
  await appendAuditEntry(transaction, { action: "user.changed", subject, detail });
}

async function confirm(member: Member, user: User, current: string): Promise<void> {
  // Also limits how often hashes can be asked for.
  const attempt = await attemptOwnPassword(user.id);
  if (member.hasFreshLink) return;
  if (user.passwordHash === null) {
    throw new SemblanceError("forbidden", "Your sign-in link was used more than an hour ago.", {
      remedy: `A new address or password needs a newer one. ${howToGetALink(user)}`,
    });
  }
  if (!(await verifyPassword(current, user.passwordHash))) {
    throw new SemblanceError(
      "forbidden",
      current === "" ? "Enter your current password." : "That is not your current password.",
      { remedy: `Forgot it? ${howToGetALink(user)}`, details: { field: "current" } },
    );
  }
  await attempt.wasRight();
}

/** Names and addresses, whole and in parts. */
function wordsAbout(texts: string[]): string[] {
  return [...new Set(texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]))].filter(
    (word) => word.length > 2,
  );
}
