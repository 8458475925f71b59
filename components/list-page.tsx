/**
 * A page that lists one kind of thing: header, tabs that filter, a table that sorts, pages, and what is shown there while
 * the list is empty. What is listed is a description (`EntityList`); the address holds sorting, filter and page.
 *
 * ```tsx
 * export default listPage<Thing, (typeof thingSortKeys)[number]>(staff, {
 *   path: "/admin/things", title: "Things", text: "What they are.", noun: ["thing", "things"],
 *   sortKeys: thingSortKeys,
 *   load: async (query) => { const { things, total } = await listThings(query); return { rows: things, total }; },
 *   columns: [column.link("/admin/things"), column.state(), column.created("Added")],
 *   empty: { title: "No things yet", text: "Make one." },
 *   create: "Make a thing",
 * });
 * ```
 */
import { Plus } from "lucide-react";
import { type ComponentProps, type ReactNode, Suspense } from "react";
import type { Member } from "@/lib/platform/accounts/member";
import { requireRole } from "@/lib/platform/accounts/require-role";
import type { Role } from "@/lib/platform/accounts/roles";
import { StateBadge } from "./badge";
import { ButtonLink } from "./button";
import { type Column, DataTable } from "./data-table";
import { DemoLabel } from "./demo-label";
import { EmptyState } from "./empty-state";
import {
  address,
  type ListQuery,
  parameter,
  readListQuery,
  type SearchParams,
  type SortOrder,
} from "./list-query";
import { ListSearch } from "./list-search";
import { LiveRefresh } from "./live-refresh";
import { PageHeader, Section } from "./page-header";
import { Link } from "./page-link";
import { Pagination } from "./pagination";
import { Skeleton, TableSkeleton } from "./skeleton";
import { TabLinks } from "./tab-links";
import { Time } from "./time";

/** Tabs above the table. The first choice shows everything and is not in the address. */
type ListFilter = {
  /** The parameter of the address. */
  parameter: string;
  /** What the tabs choose among, for screen readers. */
  label: string;
  choices: readonly { key: string; label: string }[];
  /** Where a choice finds nothing. */
  none: { title: string; text: string };
};

type EntityList<Row extends { id: string }, Key extends string> = {
  /** Of the page. New ones are made at `${path}/new`. */
  path: string;
  title: string;
  text: ReactNode;
  noun: readonly [one: string, many: string];
  /** How the table can be sorted; the newest are first unless `initial` says otherwise. */
  sortKeys: readonly Key[];
  initial?: { sort: Key; order: SortOrder };
  pageSize?: number;
  /** `filter` is the chosen tab, undefined for everything; `search` the words searched for, empty for none. */
  load: (
    query: ListQuery<Key> & { pageSize: number; filter: string | undefined; search: string },
  ) => Promise<{ rows: Row[]; total: number }>;
  columns: Column<Row>[];
  filter?: ListFilter;
  /** A search field above the table: what it says it searches, and what is said where nothing is found. */
  search?: { label: string; none: { title: string; text: string } };
  /** Milliseconds until the page is redrawn, while something on it moves. */
  refreshMs?: (rows: readonly Row[]) => number | undefined;
  /** What the button to the form of a new one says. */
  create?: string;
  /** More buttons in the header. */
  actions?: (isEmpty: boolean) => ReactNode;
  empty?: { title: string; text: ReactNode; actions?: ReactNode };
  /** Shown between header and table; the table then has its own title. */
  above?: ReactNode;
  tableTitle?: string;
};

/** @param list may depend on who looks at it */
export function listPage<Row extends { id: string }, Key extends string>(
  allowed: readonly Role[],
  list: EntityList<Row, Key> | ((member: Member) => EntityList<Row, Key>),
) {
  return async function Page({ searchParams }: { searchParams: Promise<SearchParams> }) {
    const member = await requireRole(...allowed);
    const shown = typeof list === "function" ? list(member) : list;
    return (
      <Suspense fallback={<ListSkeleton list={shown} />}>
        <ListPage list={shown} searchParams={await searchParams} />
      </Suspense>
    );
  };
}

/** Until the rows are there. Only then is it known which buttons the header has. */
function ListSkeleton({ list }: { list: Pick<EntityList<never, never>, "title" | "text"> }) {
  return (
    <>
      <PageHeader title={list.title} text={list.text} />
      <Skeleton>
        <TableSkeleton rows={12} />
      </Skeleton>
    </>
  );
}

const newestFirst = { sort: "createdAt", order: "desc" } as const;

async function ListPage<Row extends { id: string }, Key extends string>({
  list,
  searchParams,
}: {
  list: EntityList<Row, Key>;
  searchParams: SearchParams;
}) {
  const { path, noun, filter, pageSize = 25, empty } = list;
  const initial = list.initial ?? (newestFirst as unknown as { sort: Key; order: SortOrder });
  const query = readListQuery(searchParams, list.sortKeys, initial);
  const chosen = filter?.choices
    .slice(1)
    .find(({ key }) => key === parameter(searchParams, filter.parameter));
  const search = list.search ? (parameter(searchParams, "search") ?? "").trim().slice(0, 200) : "";
  const { rows, total } = await list.load({ ...query, pageSize, filter: chosen?.key, search });
  const isEmpty = total === 0 && chosen === undefined && search === "" && empty !== undefined;
  const kept = {
    ...(filter && { [filter.parameter]: chosen?.key }),
    ...(search !== "" && { search }),
  };
  const sorting = { sort: query.sort, order: query.order };
  const refreshMs = list.refreshMs?.(rows);
  const create = list.create ? (
    <ButtonLink href={`${path}/new`} variant="primary" icon={<Plus className="size-4" aria-hidden="true" />}>
      {list.create}
    </ButtonLink>
  ) : null;
  const actions = list.actions?.(isEmpty);
  const table = (
    <>
      {filter ? (
        <TabLinks
          label={filter.label}
          current={chosen?.key ?? filter.choices[0]!.key}
          tabs={filter.choices.map(({ key, label }, index) => ({
            key,
            label,
            href: address(path, { ...sorting, ...kept, [filter.parameter]: index === 0 ? undefined : key }),
          }))}
        />
      ) : null}
      {list.search ? (
        <ListSearch
          label={list.search.label}
          path={path}
          words={search}
          kept={{ ...sorting, ...kept, search: undefined }}
        />
      ) : null}
      {total === 0 && list.search && search !== "" ? (
        <EmptyState {...list.search.none} />
      ) : total === 0 && filter ? (
        <EmptyState {...filter.none} action={create} />
      ) : (
        <>
          <DataTable
            caption={`${noun[1][0]!.toUpperCase()}${noun[1].slice(1)}`}
            columns={list.columns}
            rows={rows}
            rowKey={({ id }) => id}
            sort={{ key: query.sort, order: query.order }}
            path={path}
            query={kept}
          />
          <Pagination
            page={query.page}
            pageSize={pageSize}
            total={total}
            path={path}
            query={{ ...kept, ...sorting }}
            noun={noun}
          />
        </>
      )}
    </>
  );
  return (
    <>
      <LiveRefresh
        active={refreshMs !== undefined}
        {...(refreshMs === undefined ? {} : { everyMs: refreshMs })}
      />
      <PageHeader
        title={list.title}
        text={list.text}
        action={create ? (isEmpty ? null : create) : actions}
        others={create ? actions : null}
      />
      {list.above}
      {isEmpty ? (
        <EmptyState
          title={empty.title}
          text={empty.text}
          action={
            <>
              {create}
              {empty.actions}
            </>
          }
        />
      ) : list.tableTitle ? (
        <Section title={list.tableTitle}>{table}</Section>
      ) : (
        table
      )}
    </>
  );
}

/** Columns that most lists have. */
export const column = {
  /** The name, leading to the thing's own page; `below` is a quieter second line. */
  link: <Row extends { id: string; name: string; isDemo: boolean }>(
    path: string,
    { header = "Name", below }: { header?: string; below?: (row: Row) => ReactNode } = {},
  ): Column<Row> => ({
    key: "name",
    header,
    sortable: true,
    cell: (row) => (
      <>
        <Link href={`${path}/${row.id}`} className="font-semibold hover:underline">
          {row.name}
        </Link>
        <DemoLabel of={row} />
        {below ? <span className="block text-[0.8125rem] text-muted">{below(row)}</span> : null}
      </>
    ),
  }),
  /** @param shown what the badge says, where that is not the row's own state */
  state: <Row extends { state: string }>(
    shown: (row: Row) => ComponentProps<typeof StateBadge> = ({ state }) => ({ state }),
  ): Column<Row> => ({
    key: "state",
    header: "State",
    sortable: true,
    cell: (row) => <StateBadge {...shown(row)} />,
  }),
  created: <Row extends { createdAt: Date }>(
    header: string,
    from: NonNullable<Column<Row>["from"]> = "lg",
  ): Column<Row> => ({
    key: "createdAt",
    header,
    sortable: true,
    from,
    cell: (row) => <Time at={row.createdAt.toISOString()} relative />,
  }),
};

/** Of rows that a worker works on: every three seconds while one waits or runs. */
export function whileWorking(rows: readonly { state: string }[]): number | undefined {
  return rows.some(({ state }) => state === "RUNNING" || state === "QUEUED") ? 3000 : undefined;
}
