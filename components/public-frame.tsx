/** Around the pages outside the dashboard: the name at the top, a column, a line at the foot. */
import type { ReactNode } from "react";
import { Wordmark } from "./brand";
import { ThemeSwitch } from "./theme";

export function PublicFrame({
  children,
  actions,
}: {
  children: ReactNode;
  /** At the end of the head line. */
  actions?: ReactNode;
}) {
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr_auto]">
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <header className="border-b">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 py-3.5 sm:px-8">
          <a href="/" className="rounded-sm" aria-label="Semblance, home">
            <Wordmark />
          </a>
          <div className="flex items-center gap-3">{actions}</div>
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl px-5 py-12 outline-none sm:px-8 sm:py-16"
      >
        {children}
      </main>
      <footer className="border-t">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-4 px-5 py-4 text-[0.8125rem] text-muted sm:px-8">
          <p>Semblance: how well images match their captions.</p>
          <ThemeSwitch />
        </div>
      </footer>
    </div>
  );
}
