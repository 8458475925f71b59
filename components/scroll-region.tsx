/** A sheet that scrolls sideways where its table is wider than the screen, by keyboard as well. */
import type { ReactNode } from "react";

export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      className="scroll-hint overflow-x-auto rounded-lg border bg-surface"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      {children}
    </section>
  );
}
