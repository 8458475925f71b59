/** Creates an account and the link with which its owner signs in. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { invitation } from "./account-fields";
import { accountSubject } from "./account-subject";
import { makeSignInLink } from "./create-sign-in-link";

/**
 * @param actor e-mail address of the person who invites, for the audit log
 * @returns the link's path, to be sent to the invited person; it cannot be shown again
 * @throws SemblanceError `conflict` when the address has an account already
 */
export async function inviteUser(
  input: z.input<typeof invitation>,
  actor: string,
): Promise<{ path: string }> {
  const person = invitation.parse(input);
  return db.$transaction(async (transaction) => {
    if (await transaction.user.findUnique({ where: { email: person.email } })) {
      throw new SemblanceError("conflict", `There is already an account for ${person.email}.`, {
        remedy: "Create a new sign-in link for it in the list instead.",
        details: { field: "email" },
      });
    }
    const user = await transaction.user.create({ data: person });
    await appendAuditEntry(transaction, {
      actor,
      action: "user.invited",
      subject: accountSubject(user),
      detail: { userId: user.id, ...person },
    });
    return makeSignInLink(user, transaction);
  });
}
