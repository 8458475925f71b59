/**
 * Lets a worker tell what the operator asked for on the command line from what somebody typed into a form, or wrote into
 * the queue: only who can read the installation's secrets can make a grant.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { keptSecret } from "@/lib/env";

/** For one subject and one path; worth nothing for another. */
export function operatorGrant(subjectId: string, path: string): string {
  return createHmac("sha256", keptSecret("operator-grant-key"))
    .update(JSON.stringify([subjectId, path]))
    .digest("base64url");
}

export function isOperatorGrant(grant: string | undefined, subjectId: string, path: string): boolean {
  if (grant === undefined) return false;
  const given = Buffer.from(grant);
  const right = Buffer.from(operatorGrant(subjectId, path));
  return given.length === right.length && timingSafeEqual(given, right);
}
