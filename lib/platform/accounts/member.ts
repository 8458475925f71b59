/** A signed-in person, as pages and actions see one. */
import { createHash } from "node:crypto";
import type { User } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import type { Role } from "./roles";

export type Member = {
  id: string;
  email: string;
  name: string;
  role: Role;
  hasPassword: boolean;
  /** Came in by a one-time link, and may therefore set a password without knowing the old one. */
  cameByLink: boolean;
};

/** What a session cookie says. It names a person; everything else is read from the database at each request. */
export type SessionClaims = { userId: string; credentialMark: string; cameByLink: boolean };

/** Changes with the password, so that a new password ends every session of the old one. */
export function credentialMark(user: Pick<User, "id" | "passwordHash">): string {
  return createHash("sha256")
    .update(`${user.id}:${user.passwordHash ?? ""}`)
    .digest("hex")
    .slice(0, 32);
}

/** The person that a session cookie speaks for, or null where the account is gone, disabled or has a new password. */
export async function findMember(claims: SessionClaims): Promise<Member | null> {
  const user = await db.user.findUnique({ where: { id: claims.userId } });
  if (!user || user.disabledAt || credentialMark(user) !== claims.credentialMark) return null;
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    hasPassword: user.passwordHash !== null,
    cameByLink: claims.cameByLink,
  };
}
