/** Signs a person in with a one-time link. */
import { SemblanceError } from "@/lib/errors";
import type { User } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { attemptLink } from "./attempts";
import { signInTokenHash } from "./create-sign-in-link";
import { howToGetALink } from "./how-to-get-a-link";
import type { Visitor } from "./visitor";

/**
 * Whose link it is; looking does not use it up.
 *
 * @throws SemblanceError `gone` when it is unknown, used or expired, `forbidden` when the account is disabled,
 * `too_many_requests` after too many unknown ones
 */
export async function findSignInLink(token: string, { network }: Pick<Visitor, "network">): Promise<User> {
  const attempt = await attemptLink(network);
  const link = await db.signInLink.findUnique({
    where: { tokenHash: signInTokenHash(token) },
    include: { user: true },
  });
  if (!link) {
    throw new SemblanceError("gone", "This sign-in link is not valid.", {
      remedy: `Check that you copied the whole link, and whether there is a newer one that replaces it. ${howToGetALink(null)}`,
    });
  }
  await attempt.wasRight();
  if (link.usedAt) throw usedLink(link.user);
  if (link.expiresAt < new Date()) {
    throw new SemblanceError("gone", "This sign-in link has expired.", { remedy: newLinkRemedy(link.user) });
  }
  if (link.user.disabledAt) {
    throw new SemblanceError("forbidden", "This account is disabled.", {
      remedy: "Ask an administrator to enable it.",
    });
  }
  return link.user;
}

/**
 * Uses the link up; of two people with the same link, one gets in.
 *
 * @throws SemblanceError as `findSignInLink`
 */
export async function redeemSignInLink(token: string, visitor: Pick<Visitor, "network">): Promise<User> {
  const user = await findSignInLink(token, visitor);
  const { count } = await db.signInLink.updateMany({
    where: { tokenHash: signInTokenHash(token), usedAt: null, expiresAt: { gt: new Date() } },
    data: { usedAt: new Date() },
  });
  if (count === 0) throw usedLink(user);
  return user;
}

function usedLink(user: User): SemblanceError {
  return new SemblanceError("gone", "This sign-in link has been used.", { remedy: newLinkRemedy(user) });
}

function newLinkRemedy(user: User): string {
  if (user.passwordHash === null) return howToGetALink(user);
  return `Sign in with your password. Forgot it? ${howToGetALink(user)}`;
}
