/** Everybody with an account: inviting, roles, links, disabling. */
import type { Metadata } from "next";
import { Badge } from "@/components/badge";
import { createdColumn, type EntityList, ListPage, type ListPageProps } from "@/components/list-page";
import { listUsers, type UserSummary } from "@/lib/platform/accounts/list-users";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { administrators } from "@/lib/platform/accounts/roles";
import { InviteDialog } from "./invite-dialog";
import { UserActions } from "./user-actions";

export const metadata: Metadata = { title: "Accounts" };

const sortKeys = ["name", "email", "role", "createdAt"] as const;

/** @param ownId of the account that looks at the list */
const accounts = (ownId: string): EntityList<UserSummary, (typeof sortKeys)[number]> => ({
  path: "/admin/users",
  title: "Accounts",
  text: "People who use the panel. Raters of a study need none: its link is enough.",
  noun: ["account", "accounts"],
  sortKeys,
  initial: { sort: "name", order: "asc" },
  pageSize: 50,
  load: async (query) => {
    const { users, total } = await listUsers(query);
    return { rows: users, total };
  },
  actions: () => <InviteDialog />,
  columns: [
    {
      key: "name",
      header: "Name",
      sortable: true,
      cell: (user) => (
        <>
          <span className="font-semibold">{user.name}</span>
          {user.id === ownId ? <span className="text-faint"> (you)</span> : null}
          <span className="block text-[0.8125rem] text-muted">{user.email}</span>
        </>
      ),
    },
    { key: "state", header: "State", cell: (user) => <AccountState user={user} /> },
    createdColumn("Added"),
    {
      key: "role",
      header: "Role and access",
      sortable: true,
      cell: (user) => (
        <UserActions {...{ userId: user.id, name: user.name, role: user.role, disabled: user.disabled }} />
      ),
    },
  ],
});

export default async function UsersPage({ searchParams }: ListPageProps) {
  const member = await requireRole(...administrators);
  return <ListPage list={accounts(member.id)} searchParams={await searchParams} />;
}

function AccountState({ user }: { user: UserSummary }) {
  if (user.disabled) return <Badge tone="danger">Disabled</Badge>;
  if (user.hasPassword) return <Badge tone="good">Active</Badge>;
  if (user.linkExpiresAt) return <Badge tone="neutral">Invited</Badge>;
  return <Badge tone="warn">No password: make a link</Badge>;
}
