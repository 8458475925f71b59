/** Everybody with an account, for the page of people. */
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";
import type { Role } from "./roles";

export type UserSummary = {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Date;
  disabled: boolean;
  hasPassword: boolean;
  /** Until when an unused sign-in link is valid. */
  linkExpiresAt: Date | null;
};

const sortKeys = ["name", "email", "role", "createdAt"] as const;

export async function listUsers(
  query: ListQuery<(typeof sortKeys)[number]> = {},
): Promise<{ users: UserSummary[]; total: number }> {
  const [rows, total] = await Promise.all([
    db.user.findMany({
      ...sortedPage(query, ["name", "asc"]),
      include: {
        signInLinks: {
          where: { usedAt: null, expiresAt: { gt: new Date() } },
          orderBy: { expiresAt: "desc" },
          take: 1,
        },
      },
    }),
    db.user.count(),
  ]);
  const users = rows.map((user) => ({
    id: user.id,
    name: user.name,
    email: user.email,
    role: user.role,
    createdAt: user.createdAt,
    disabled: user.disabledAt !== null,
    hasPassword: user.passwordHash !== null,
    linkExpiresAt: user.signInLinks[0]?.expiresAt ?? null,
  }));
  return { users, total };
}
