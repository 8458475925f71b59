/** Signs a person in with e-mail address and password. */
import { SemblanceError } from "@/lib/errors";
import type { User } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { type AttemptLimit, signInLimit } from "./attempt-limit";
import { howToGetALink } from "./how-to-get-a-link";
import { verifyPassword } from "./password";

/**
 * @throws SemblanceError `not_signed_in` when address and password do not belong together (the same for unknown
 * addresses and disabled accounts), `too_many_requests` after too many failures
 */
export async function authenticate(
  credentials: { email: string; password: string },
  limit: AttemptLimit = signInLimit(),
): Promise<User> {
  const email = credentials.email.trim().toLowerCase();
  limit.check(email);
  const user = await db.user.findUnique({ where: { email } });
  const matches = await verifyPassword(credentials.password, user?.passwordHash ?? null);
  if (!user || !matches || user.disabledAt) {
    limit.recordFailure(email);
    throw new SemblanceError("not_signed_in", "The e-mail address or the password is wrong.", {
      remedy: `Check both. Forgot your password? ${howToGetALink(null)}`,
    });
  }
  limit.recordSuccess(email);
  return user;
}
