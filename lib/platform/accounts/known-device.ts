/**
 * Browsers that have signed in to an account before. A stranger who fails again and again uses up what strangers may
 * try; a known browser has its own tries, so that its owner comes in all the same (OWASP, "Slow Down Online Guessing
 * Attacks with Device Cookies"). The cookie opens nothing by itself.
 */
import { createHash, randomBytes } from "node:crypto";
import { parseCookie } from "cookie";
import { db, type Transaction } from "@/lib/platform/database/db";
import { ownCookie } from "./own-cookie";

/** Per account; the one that was not used for longest is forgotten. */
const mostDevices = 20;

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

export function readDeviceToken(cookieHeader: string | null, secure: boolean): string | null {
  return parseCookie(cookieHeader ?? "")[ownCookie("device", secure).name] ?? null;
}

/** Under which name a browser's tries are counted where it has signed in to `email` before; null where it has not. */
export async function findKnownDevice(token: string | null, email: string): Promise<string | null> {
  if (!token) return null;
  const tokenHash = hashOf(token);
  const known = await db.knownDevice.findFirst({ where: { tokenHash, user: { email } } });
  return known ? tokenHash : null;
}

/**
 * Notes that a browser has signed in to an account.
 *
 * @param token its previous token, which also covers the other accounts that it knows
 * @returns its new token: a stolen or planted one is worth nothing after the next time its owner signs in
 */
export async function rememberDevice(
  token: string | null,
  userId: string,
  transaction: Transaction = db,
): Promise<string> {
  const newToken = randomBytes(32).toString("base64url");
  const tokenHash = hashOf(newToken);
  if (token) {
    await transaction.knownDevice.updateMany({ where: { tokenHash: hashOf(token) }, data: { tokenHash } });
  }
  await transaction.knownDevice.upsert({
    where: { tokenHash_userId: { tokenHash, userId } },
    create: { tokenHash, userId },
    update: { lastUsedAt: new Date() },
  });
  const tooMany = await transaction.knownDevice.findMany({
    where: { userId },
    orderBy: { lastUsedAt: "desc" },
    skip: mostDevices,
  });
  for (const { tokenHash } of tooMany) {
    await transaction.knownDevice.deleteMany({ where: { tokenHash, userId } });
  }
  return newToken;
}
