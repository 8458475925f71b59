/** Everybody with an account: inviting, roles, links, disabling. */
import type { Metadata } from "next";
import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import { readListQuery, type SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { Pagination } from "@/components/pagination";
import { Time } from "@/components/time";
import { listUsers, type UserSummary } from "@/lib/platform/accounts/list-users";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { administrators } from "@/lib/platform/accounts/roles";
import { InviteDialog } from "./invite-dialog";
import { UserActions } from "./user-actions";

export const metadata: Metadata = { title: "Accounts" };

const pageSize = 50;

export default async function UsersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const member = await requireRole(...administrators);
  const query = readListQuery(await searchParams, ["name", "email", "role", "createdAt"], {
    sort: "name",
    order: "asc",
  });
  const { users, total } = await listUsers({ ...query, pageSize });
  const columns: Column<UserSummary>[] = [
    {
      key: "name",
      header: "Name",
      sortable: true,
      cell: (user) => (
        <>
          <span className="font-semibold">{user.name}</span>
          {user.id === member.id ? <span className="text-faint"> (you)</span> : null}
          <span className="block text-[0.8125rem] text-muted">{user.email}</span>
        </>
      ),
    },
    { key: "state", header: "State", cell: (user) => <AccountState user={user} /> },
    {
      key: "createdAt",
      header: "Added",
      sortable: true,
      from: "lg",
      cell: (user) => <Time at={user.createdAt.toISOString()} relative />,
    },
    {
      key: "role",
      header: "Role and access",
      sortable: true,
      cell: (user) => (
        <UserActions {...{ userId: user.id, name: user.name, role: user.role, disabled: user.disabled }} />
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title="Accounts"
        text="People who use the panel. Raters of a study need none: its link is enough."
        actions={<InviteDialog />}
      />
      <DataTable
        caption="Accounts"
        columns={columns}
        rows={users}
        rowKey={(user) => user.id}
        sort={{ key: query.sort, order: query.order }}
        path="/admin/users"
      />
      <Pagination
        page={query.page}
        pageSize={pageSize}
        total={total}
        path="/admin/users"
        query={{ sort: query.sort, order: query.order }}
        noun={["account", "accounts"]}
      />
    </>
  );
}

function AccountState({ user }: { user: UserSummary }) {
  if (user.disabled) return <Badge tone="danger">Disabled</Badge>;
  if (user.hasPassword) return <Badge tone="good">Active</Badge>;
  if (user.linkExpiresAt) return <Badge tone="neutral">Invited</Badge>;
  return <Badge tone="warn">No password: make a link</Badge>;
}
