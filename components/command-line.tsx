/** A command to run, set so that it can be copied with one press. */
"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";

export function CommandLine({ command, label = "Copy" }: { command: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(command);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      // Without clipboard rights (plain http on another machine) the text can still be selected by hand.
    }
  }
  return (
    <div className="flex min-w-0 items-stretch overflow-hidden rounded-md border bg-sunken">
      <code
        className="min-w-0 flex-1 overflow-x-auto px-3 py-2 font-mono text-[0.8125rem] whitespace-nowrap"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {command}
      </code>
      <button
        type="button"
        onClick={copy}
        className="flex items-center gap-1.5 border-s bg-surface px-3 text-[0.8125rem] hover:bg-sunken"
      >
        {copied ? (
          <Check className="size-3.5" aria-hidden="true" />
        ) : (
          <Copy className="size-3.5" aria-hidden="true" />
        )}
        <span aria-live="polite">{copied ? "Copied" : label}</span>
      </button>
    </div>
  );
}
