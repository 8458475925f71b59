/** A quiet sheet that holds things together: white on the page's grey, a hairline around it. */
import type { ReactNode } from "react";
import { classNames } from "./class-names";

export function Panel({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={classNames("rounded-lg border bg-surface p-5 sm:p-6", className)}>{children}</div>;
}
