/** What a rater reads when there is nothing more to judge, and the way back to where they came from. */
"use client";

import { useState } from "react";
import type { Lease, LeaseEnd } from "@/lib/ratings/assigned-item";
import type { RaterStrings } from "./strings/rater-strings";

export function StudyEnd({
  end,
  answered,
  completion,
  strings,
}: {
  end: LeaseEnd;
  answered: number;
  completion: Lease["completion"];
  strings: RaterStrings;
}) {
  const [copied, setCopied] = useState(false);
  const [title, text] = endText(end, answered, strings);
  return (
    <>
      <h1 className="font-serif text-3xl">{title}</h1>
      <p className="mt-3 text-lg" role="status">
        {text}
      </p>
      {completion?.code ? (
        <div className="mt-6 rounded-lg border border-line bg-surface p-4">
          <p className="text-muted text-sm">{strings.completionCode}</p>
          <div className="mt-1 flex flex-wrap items-center gap-3">
            <code className="select-all text-xl">{completion.code}</code>
            <button
              type="button"
              className="min-h-11 rounded-md border border-field px-3 text-sm"
              onClick={() =>
                // Where the browser keeps the clipboard to itself, the code can still be selected.
                navigator.clipboard?.writeText(completion.code!).then(
                  () => setCopied(true),
                  () => setCopied(false),
                )
              }
            >
              {copied ? strings.copied : strings.copy}
            </button>
          </div>
        </div>
      ) : null}
      {completion?.url ? (
        <a
          href={completion.url}
          className="mt-6 inline-flex min-h-13 items-center rounded-md bg-accent px-5 font-medium text-on-accent"
        >
          {strings.back}
        </a>
      ) : null}
    </>
  );
}

function endText(end: LeaseEnd, answered: number, strings: RaterStrings): [title: string, text: string] {
  if (end === "screened-out") return [strings.screenedOut, strings.screenedOutText];
  if (end === "closed") return [strings.closed, strings.closedText];
  if (answered === 0) return [strings.nothingOpen, strings.nothingOpenText];
  return [strings.thanks, strings.thanksText(answered)];
}
