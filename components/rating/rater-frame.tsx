/** The plain frame around what raters read: no navigation, nothing that leads away. */
import type { ReactNode } from "react";
import type { Display } from "./use-display-settings";

export function RaterFrame({
  display,
  tools,
  children,
}: {
  /** How the reader wants the page; undefined where it is not known whose page it is. */
  display?: Display;
  /** In the upper corner. */
  tools?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main
      lang={display?.language}
      data-contrast={display?.settings.highContrast ? "more" : undefined}
      className="relative mx-auto w-full max-w-xl px-5 py-10 sm:py-16"
    >
      {tools ? <div className="absolute top-2 right-3">{tools}</div> : null}
      {children}
    </main>
  );
}
