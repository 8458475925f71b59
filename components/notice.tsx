/** Messages in the page: an error with its remedy, a warning, or a remark. */
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

const kinds = {
  error: { icon: CircleAlert, look: "bg-danger-soft border-danger/30", mark: "text-danger" },
  warning: { icon: TriangleAlert, look: "bg-warn-soft border-warn/30", mark: "text-warn" },
  remark: { icon: Info, look: "bg-surface border-line", mark: "text-accent" },
} as const;

/** `title` says what is the matter, `children` (the remedy) what to do about it. */
export function Notice({
  kind = "remark",
  title,
  children,
}: {
  kind?: keyof typeof kinds;
  title: ReactNode;
  children?: ReactNode;
}) {
  const { icon: Icon, look, mark } = kinds[kind];
  return (
    <div
      role={kind === "error" ? "alert" : undefined}
      className={classNames(
        "grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 rounded-md border px-4 py-3 text-sm",
        look,
      )}
    >
      <Icon className={classNames("mt-0.5 size-[1.1rem]", mark)} aria-hidden="true" />
      <div className="grid grid-cols-1 gap-1">
        <div className="font-semibold [overflow-wrap:anywhere]">{title}</div>
        {children ? <div className="min-w-0 text-muted [overflow-wrap:anywhere]">{children}</div> : null}
      </div>
    </div>
  );
}
