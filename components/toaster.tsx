/** The place of short messages on the pages that show any. */
"use client";

import { useTheme } from "next-themes";
import { Toaster as Sonner } from "sonner";

/** Put once on a page; show one with `toast` from "sonner". */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-right"
      toastOptions={{
        style: {
          background: "var(--surface)",
          color: "var(--ink)",
          borderColor: "var(--line)",
          borderRadius: "8px",
          fontFamily: "var(--font-sans)",
        },
      }}
    />
  );
}
