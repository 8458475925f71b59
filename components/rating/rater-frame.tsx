/** The plain frame around what raters read: no navigation, nothing that leads away. */
import type { ReactNode } from "react";

export function RaterFrame({ children }: { children: ReactNode }) {
  return <main className="mx-auto w-full max-w-xl px-5 py-10 sm:py-16">{children}</main>;
}
