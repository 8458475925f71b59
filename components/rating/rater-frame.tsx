/** The plain frame around what raters read: how it looks is the reader's choice, and nothing leads away. */
import type { ReactNode } from "react";
import { DisplayMenu } from "./display-menu";
import type { Display } from "./use-display-settings";

export function RaterFrame({
  display,
  onMenuOpenChange,
  children,
}: {
  display: Display;
  onMenuOpenChange?: (isOpen: boolean) => void;
  children: ReactNode;
}) {
  return (
    <main
      lang={display.language}
      data-contrast={display.settings.highContrast ? "more" : undefined}
      className="relative mx-auto w-full max-w-xl px-5 pt-14 pb-10 sm:py-16"
    >
      <div className="absolute top-2 right-3">
        <DisplayMenu display={display} {...(onMenuOpenChange ? { onOpenChange: onMenuOpenChange } : {})} />
      </div>
      {children}
    </main>
  );
}
