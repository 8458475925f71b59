/** A one-time link, shown once, to be copied. */
"use client";

import { useSyncExternalStore } from "react";
import { CommandLine } from "@/components/command-line";

const never = () => () => {};

export function LinkToSend({ path }: { path: string }) {
  // The address under which this page was reached is the one that works for others on the same network.
  const origin = useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "",
  );
  return (
    <div className="grid gap-2">
      <CommandLine command={origin + path} label="Copy link" />
      <p className="text-[0.8125rem] text-muted">
        It works once, within seven days, and cannot be shown again. The first person to open it is signed in,
        so send it through a channel you trust.
      </p>
    </div>
  );
}
