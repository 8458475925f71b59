/** Draws the page again every few seconds while something on it is still moving. */
"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** @param active false stops it: there is nothing more to wait for */
export function LiveRefresh({ active = true, everyMs = 3000 }: { active?: boolean; everyMs?: number }) {
  const router = useRouter();
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => {
      // Nobody looks at a hidden tab.
      if (document.visibilityState === "visible") router.refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [active, everyMs, router]);
  return null;
}
