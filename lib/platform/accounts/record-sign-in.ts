/** Who signed in, and who tried to, for the audit log. */
import type { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { email as emailField } from "./account-fields";
import { accountSubject } from "./account-subject";
import { signInTokenHash } from "./create-sign-in-link";

type Account = { id: string; email: string };
export type SignInWay = "password" | "link";

export async function recordSignIn(user: Account, by: SignInWay, transaction: Transaction): Promise<void> {
  await appendAuditEntry(transaction, {
    actor: user.email,
    action: "user.signed-in",
    subject: accountSubject(user),
    detail: { by },
  });
}

/**
 * Attempts that were refused unlooked at, because there were too many, are in the log of the web server alone: they must
 * not fill the audit log.
 */
export async function recordFailedSignIn(
  given: { email?: string; token?: string } | undefined,
  error: SemblanceError,
): Promise<void> {
  if (error.code === "unavailable" || error.code === "internal" || error.code === "too_many_requests") return;
  const by: SignInWay = given?.token === undefined ? "password" : "link";
  const account = by === "link" ? await findByToken(given!.token!) : await findByEmail(given?.email);
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      actor: "nobody signed in",
      action: "user.sign-in-failed",
      subject: account
        ? accountSubject(account)
        : { kind: "account", id: "unknown", name: typed(given?.email) },
      detail: { by, reason: error.message },
    }),
  );
}

/** People type their password into the wrong field; only what has the form of an address is kept. */
function typed(email: string | undefined): string {
  const read = emailField.safeParse(email);
  return read.success ? read.data : "unknown";
}

function findByEmail(email: string | undefined): Promise<Account | null> {
  return db.user.findUnique({ where: { email: typed(email) } });
}

async function findByToken(token: string): Promise<Account | null> {
  const link = await db.signInLink.findUnique({
    where: { tokenHash: signInTokenHash(token) },
    include: { user: true },
  });
  return link?.user ?? null;
}
