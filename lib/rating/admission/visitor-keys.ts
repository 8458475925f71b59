/**
 * Addresses and devices of raters as keyed hashes: enough to count who comes from the same one, and worth nothing without
 * the key, which lies in the data folder and not in the database. The same address has another hash in every study.
 */
import { createHmac } from "node:crypto";
import { keptSecret } from "@/lib/env";

/** What a visitor comes from, and what their browser did to be let in. */
export type Visit = {
  /** As `Client.network` in lib/platform/server/client-address.ts. */
  network: string;
  /** The value of their browser's device cookie. */
  device: string;
  /** See proof-of-work.ts. */
  proof: string | undefined;
};

export type VisitorKeys = { addressKey: string; deviceKey: string };

export function visitorKeys(studyId: string, { network, device }: Visit): VisitorKeys {
  const key = keptSecret("visitor-keys");
  const hash = (text: string) => createHmac("sha256", key).update(`${studyId} ${text}`).digest("base64url");
  return { addressKey: hash(`address ${network}`), deviceKey: hash(`device ${device}`) };
}
