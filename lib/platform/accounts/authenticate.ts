/** Signs a person in with e-mail address and password. */
import { SemblanceError } from "@/lib/errors";
import type { User } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { attemptSignIn } from "./attempts";
import { howToGetALink } from "./how-to-get-a-link";
import { findKnownDevice } from "./known-device";
import { verifyPassword } from "./password";
import type { Visitor } from "./visitor";

/**
 * @throws SemblanceError `not_signed_in` when address and password do not belong together (the same for unknown
 * addresses and disabled accounts), `too_many_requests` after too many failures, `unavailable` when too many sign in at
 * this moment
 */
export async function authenticate(
  credentials: { email: string; password: string },
  { network, deviceToken }: Pick<Visitor, "network" | "deviceToken">,
): Promise<User> {
  const email = credentials.email.trim().toLowerCase();
  const device = await findKnownDevice(deviceToken, email);
  const attempt = await attemptSignIn(email, { network, device });
  const user = await db.user.findUnique({ where: { email } });
  const matches = await verifyPassword(credentials.password, user?.passwordHash ?? null, {
    first: device !== null,
  });
  if (!user || !matches || user.disabledAt) {
    throw new SemblanceError("not_signed_in", "The e-mail address or the password is wrong.", {
      remedy: `Check both. Forgot your password? ${howToGetALink(null)}`,
    });
  }
  await attempt.wasRight();
  return user;
}
