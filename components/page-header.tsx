/** Head of a page: the way back, the title with its state, what can be done here, one sentence. Low, so that the page opens on its content. */
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { HeaderActions } from "./header-actions";
import { Link } from "./page-link";

export function PageHeader({
  title,
  text,
  back,
  badge,
  action,
  others,
}: {
  title: ReactNode;
  text?: ReactNode;
  back?: { href: string; label: string };
  badge?: ReactNode;
  /** What people most often come here to do: one button. */
  action?: ReactNode;
  /** Other buttons; on a phone they are behind “More”. */
  others?: ReactNode;
}) {
  const inFirstRow = back === undefined;
  return (
    <header className="mb-4 grid grid-cols-[minmax(0,1fr)_auto_auto] items-start gap-x-2 sm:mb-5">
      {back ? (
        <Link
          href={back.href}
          className="-ms-1 inline-flex max-w-full min-w-0 items-center gap-0.5 justify-self-start rounded-sm pe-1.5 text-[0.8125rem] leading-5 text-muted hover:text-ink max-sm:leading-8"
        >
          <ChevronLeft className="size-4 shrink-0" aria-hidden="true" />
          <span className="truncate">{back.label}</span>
        </Link>
      ) : null}
      <div
        className={classNames(
          "col-start-1 flex min-h-8 min-w-0 flex-wrap items-center gap-x-3 gap-y-1 sm:min-h-9",
          inFirstRow ? "row-start-1" : "row-start-2 max-sm:col-span-3",
        )}
      >
        <h1 className="font-serif text-[1.375rem] leading-[1.15] tracking-[-0.012em] [overflow-wrap:anywhere] sm:text-[1.75rem]">
          {title}
        </h1>
        {badge}
      </div>
      <HeaderActions action={action} others={others} inFirstRow={inFirstRow} />
      {text ? (
        <div className="col-span-3 max-w-[100ch] text-[0.9375rem] leading-snug text-muted">{text}</div>
      ) : null}
    </header>
  );
}

/** A titled part of a page. */
export function Section({
  title,
  text,
  actions,
  badge,
  id,
  children,
}: {
  title: string;
  badge?: ReactNode;
  text?: ReactNode;
  actions?: ReactNode;
  id?: string;
  children: ReactNode;
}) {
  return (
    <section className="mt-10 min-w-0 first-of-type:mt-0" id={id}>
      <div className="mb-3.5 flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 className="font-serif text-[1.35rem] leading-tight">{title}</h2>
            {badge}
          </div>
          {text ? <p className="mt-1 max-w-[68ch] text-sm text-muted">{text}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
      </div>
      {children}
    </section>
  );
}
