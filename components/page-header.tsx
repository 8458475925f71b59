/** Head of a page: the way back, the title, one sentence, and what can be done here. */
import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

export function PageHeader({
  title,
  text,
  back,
  badge,
  actions,
}: {
  title: ReactNode;
  text?: ReactNode;
  back?: { href: string; label: string };
  badge?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="mb-6 grid gap-1.5">
      {back ? (
        <Link
          href={back.href}
          className="-ms-1 inline-flex w-fit items-center gap-0.5 rounded-sm py-0.5 pe-1.5 text-sm text-muted hover:text-ink"
        >
          <ChevronLeft className="size-4" aria-hidden="true" />
          {back.label}
        </Link>
      ) : null}
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3">
        <div className="min-w-0 max-w-4xl flex-1 basis-96">
          <div className="flex flex-wrap items-center gap-x-3.5 gap-y-2">
            <h1 className="font-serif text-[1.75rem] leading-[1.15] tracking-[-0.012em] [overflow-wrap:anywhere] sm:text-[2rem]">
              {title}
            </h1>
            {badge}
          </div>
          {text ? <div className="mt-1 max-w-[80ch] text-[0.9375rem] text-muted">{text}</div> : null}
        </div>
        {actions ? <div className="flex flex-wrap gap-2.5">{actions}</div> : null}
      </div>
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
    <section className="mt-10 first-of-type:mt-0" id={id}>
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
