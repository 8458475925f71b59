/** Everybody with an account: inviting, roles, links, disabling. */
import type { Metadata } from "next";
import { Badge } from "@/components/badge";
import { column, listPage } from "@/components/list-page";
import { listUsers, type UserSummary } from "@/lib/platform/accounts/list-users";
import { administrators } from "@/lib/platform/accounts/roles";
import { InviteDialog } from "./invite-dialog";
import { UserActions } from "./user-actions";

export const metadata: Metadata = { title: "Accounts" };

const sortKeys = ["name", "email", "role", "createdAt"] as const;

export default listPage<UserSummary, (typeof sortKeys)[number]>(administrators, ({ id: ownId }) => ({
  path: "/admin/users",
  title: "Accounts",
  text: "People who use the dashboard. Raters do not need an account, only the study’s link.",
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
    column.created("Added"),
    {
      key: "role",
      header: "Role and access",
      sortable: true,
      cell: (user) => (
        <UserActions {...{ userId: user.id, name: user.name, role: user.role, disabled: user.disabled }} />
      ),
    },
  ],
}));

function AccountState({ user }: { user: UserSummary }) {
  if (user.disabled) return <Badge tone="danger">Disabled</Badge>;
  if (user.hasPassword) return <Badge tone="good">Active</Badge>;
  if (user.linkExpiresAt) return <Badge tone="neutral">Invited</Badge>;
  return <Badge tone="warn">No password yet: create a link</Badge>;
}
