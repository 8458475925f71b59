/** Signs out of every browser, this one too. */
"use client";

import { reportResult } from "@/components/action-button";
import { ConfirmDialog } from "@/components/dialog";
import { endSessionsAction } from "./actions";

export function SignOutEverywhere() {
  async function leave(): Promise<boolean> {
    const done = reportResult(await endSessionsAction({}));
    // A full load, so that nothing drawn for a member stays.
    if (done) window.location.assign("/");
    return done;
  }
  return (
    <ConfirmDialog
      label="Sign out everywhere"
      title="Sign out everywhere?"
      text="All your browsers are signed out immediately, including this one. Nothing that you saved is lost."
      confirmLabel="Sign out everywhere"
      onConfirm={leave}
    />
  );
}
