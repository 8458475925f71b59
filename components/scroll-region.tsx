/** A sheet that scrolls sideways where its table is wider than the screen, by keyboard as well. */
import type { ReactNode } from "react";

export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="overflow-x-auto rounded-lg border bg-surface" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
