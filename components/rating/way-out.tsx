/** What a rater gets for their recruiting service: a code to copy, a link back, or both. */
"use client";

import { useState } from "react";
import type { Ending } from "@/lib/studies/design/endings";
import type { RaterStrings } from "./strings/rater-strings";

export function WayOut({ ending, strings }: { ending: Ending | null; strings: RaterStrings }) {
  const [copied, setCopied] = useState(false);
  if (!ending) return null;
  const { code, url } = ending;
  return (
    <>
      {code === null ? null : (
        <div className="mt-6 rounded-lg border border-line bg-surface p-4">
          <p className="text-muted text-sm">{strings.completionCode}</p>
          <div className="mt-1 flex flex-wrap items-center gap-3">
            <code className="min-w-0 select-all text-xl [overflow-wrap:anywhere]">{code}</code>
            <button
              type="button"
              className="min-h-11 rounded-md border border-field px-3 text-sm"
              onClick={() =>
                // Where the browser keeps the clipboard to itself, the code can still be selected.
                navigator.clipboard?.writeText(code).then(
                  () => setCopied(true),
                  () => setCopied(false),
                )
              }
            >
              {copied ? strings.copied : strings.copy}
            </button>
          </div>
        </div>
      )}
      {url === null ? null : (
        <a
          href={url}
          className="mt-6 inline-flex min-h-13 items-center rounded-md bg-accent px-5 font-medium text-on-accent"
        >
          {strings.back}
        </a>
      )}
    </>
  );
}
