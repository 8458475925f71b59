/** A code with which a rater continues on another device: shown on the first one, typed in on the other. */
import { createHash, randomInt } from "node:crypto";
import { db } from "@/lib/platform/database/db";

/** Without letters and digits that look alike. */
const signs = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/** About 49 bits: nobody finds one by trying, and nobody has long to try. */
const length = 10;

export const codeValidMinutes = 15;

/** A new code takes the place of the one before. @returns such as "K7Q2M-9XWPA" */
export async function makeDeviceCode(raterId: string): Promise<string> {
  const code = Array.from({ length }, () => signs[randomInt(signs.length)]).join("");
  await db.rater.update({
    where: { id: raterId },
    data: {
      deviceCodeHash: hashDeviceCode(code),
      deviceCodeExpiresAt: new Date(Date.now() + codeValidMinutes * 60_000),
    },
  });
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/** However it was typed. */
export function hashDeviceCode(typed: string): string {
  const code = typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");
  return createHash("sha256").update(`device code ${code}`).digest("hex");
}
