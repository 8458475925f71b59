/** Tables: right-aligned tabular numerals, headers that sort through the address, scrolling sideways on phones. */
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { address, type SortOrder } from "./list-query";
import { Link } from "./page-link";
import { ScrollRegion } from "./scroll-region";

export type Column<Row> = {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The header becomes a link that sorts by `key`. */
  sortable?: boolean;
  /** Numbers are at the end, in tabular numerals. */
  numeric?: boolean;
  /** Left out on narrower screens. */
  from?: "sm" | "md" | "lg" | "xl";
};

const fromClass = {
  sm: "max-sm:hidden",
  md: "max-md:hidden",
  lg: "max-lg:hidden",
  xl: "max-xl:hidden",
} as const;

/**
 * @param caption what the table lists, for screen readers
 * @param path the page's address; `query` holds the parameters that sorting keeps (filters)
 */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  sort,
  path,
  query = {},
}: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  sort?: { key: string; order: SortOrder };
  path?: string;
  query?: Record<string, string | undefined>;
}) {
  return (
    <ScrollRegion label={caption}>
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b text-left">
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sort={sort} path={path} query={query} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-b last:border-b-0 hover:bg-canvas">
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={classNames(
                    "px-4 py-3 align-middle",
                    column.numeric && "numeric text-end whitespace-nowrap",
                    column.from && fromClass[column.from],
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function HeaderCell<Row>({
  column,
  sort,
  path,
  query,
}: {
  column: Column<Row>;
  sort: { key: string; order: SortOrder } | undefined;
  path: string | undefined;
  query: Record<string, string | undefined>;
}) {
  const active = sort?.key === column.key ? sort.order : undefined;
  const className = classNames(
    "px-4 py-2.5 text-[0.8125rem] font-medium whitespace-nowrap text-muted",
    column.numeric && "text-end",
    column.from && fromClass[column.from],
  );
  if (!column.sortable || path === undefined) {
    return (
      <th scope="col" className={className}>
        {column.header}
      </th>
    );
  }
  const Icon = active === "asc" ? ArrowUp : active === "desc" ? ArrowDown : ChevronsUpDown;
  return (
    <th
      scope="col"
      className={className}
      aria-sort={active === "asc" ? "ascending" : active === "desc" ? "descending" : "none"}
    >
      <Link
        href={address(path, { ...query, sort: column.key, order: active === "asc" ? "desc" : "asc" })}
        className="inline-flex items-center gap-1 rounded-sm py-1 hover:text-ink"
        scroll={false}
      >
        {column.header}
        <Icon className={classNames("size-3.5", active ? "text-accent" : "text-faint")} aria-hidden="true" />
      </Link>
    </th>
  );
}
