/** The value of a rater's cookie; the database holds its hash alone. */
import { createHash, randomBytes } from "node:crypto";

/** 256 random bits. */
export function newRaterToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Lower-case hex SHA-256. */
export function hashRaterToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
