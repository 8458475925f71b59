/** Takes the notice of failed jobs away until another job fails; remembered in this browser. */
"use client";

import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { buttonClass } from "@/components/button-class";

const weekSeconds = 7 * 24 * 3600;

/** @param cookie its name; it holds the time in ISO 8601 until which failures have been seen */
export function DismissFailures({ cookie }: { cookie: string }) {
  const router = useRouter();
  return (
    <button
      type="button"
      aria-label="Dismiss"
      className={buttonClass("quiet", "sm", "-my-1.5 -me-2 ms-auto")}
      onClick={() => {
        // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
        document.cookie = `${cookie}=${new Date().toISOString()}; path=/admin; max-age=${weekSeconds}; samesite=lax`;
        router.refresh();
      }}
    >
      <X className="size-4" aria-hidden="true" />
    </button>
  );
}
