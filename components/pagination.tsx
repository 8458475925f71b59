/** Which rows of a long list are shown, and the way to the others. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { buttonClass } from "./button-class";
import { address } from "./list-query";
import { plural } from "./numbers";
import { Link } from "./page-link";

export function Pagination({
  page,
  pageSize,
  total,
  path,
  query = {},
  parameter = "page",
  noun,
}: {
  /** From 1. */
  page: number;
  pageSize: number;
  total: number;
  path: string;
  query?: Record<string, string | undefined>;
  /** What the address calls the page's number, where it has several lists. */
  parameter?: string;
  /** What is counted: ["image", "images"]. */
  noun: readonly [one: string, many: string];
}) {
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const first = total === 0 ? 0 : (page - 1) * pageSize + 1;
  const last = Math.min(total, page * pageSize);
  if (total <= pageSize && page === 1) {
    return <p className="numeric mt-3 text-[0.8125rem] text-muted">{plural(total, ...noun)}</p>;
  }
  const link = (to: number) => address(path, { ...query, [parameter]: to === 1 ? undefined : to });
  return (
    <nav
      aria-label={`Pages of ${noun[1]}`}
      className="mt-4 flex flex-wrap items-center justify-between gap-3"
    >
      <p className="numeric text-[0.8125rem] text-muted">
        {first > last ? `No ${noun[1]} here` : `${first}–${last}`} of {total} {noun[1]}
      </p>
      <div className="flex items-center gap-2">
        {page > 1 ? (
          <Link href={link(Math.min(page - 1, pages))} className={buttonClass("secondary", "sm")} rel="prev">
            <ChevronLeft className="size-4" aria-hidden="true" />
            Previous
          </Link>
        ) : null}
        <span className="numeric px-1 text-[0.8125rem] text-muted">
          Page {page} of {pages}
        </span>
        {page < pages ? (
          <Link href={link(page + 1)} className={buttonClass("secondary", "sm")} rel="next">
            Next
            <ChevronRight className="size-4" aria-hidden="true" />
          </Link>
        ) : null}
      </div>
    </nav>
  );
}
