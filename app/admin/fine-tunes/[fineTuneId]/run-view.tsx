/** Ties the moving part of a run's page to the rest: when the state changes, the whole page is redrawn. */
"use client";

import { useRouter } from "next/navigation";
import { type ComponentProps, useCallback } from "react";
import { LiveRun } from "./live-run";

export function RunView(props: Omit<ComponentProps<typeof LiveRun>, "onEnd">) {
  const router = useRouter();
  const onEnd = useCallback(() => router.refresh(), [router]);
  return <LiveRun {...props} onEnd={onEnd} />;
}
