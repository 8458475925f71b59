/** The latest trial of what the form says now, followed while it goes on. */
"use client";

import { useCallback, useEffect, useState } from "react";
import { type Control, useWatch } from "react-hook-form";
import type { FineTuneValues } from "@/lib/fine-tunes/fine-tune-fields";
import { trialKey, trialledRun } from "@/lib/fine-tunes/run-estimate";
import { findTrialOf } from "../actions";

type Answer = Extract<Awaited<ReturnType<typeof findTrialOf>>, { ok: true }>["value"];

/** So long nobody has typed before the server is asked. */
const pauseMs = 500;
const everyMs = 1500;

/**
 * @returns the trial, null where there is none, undefined while that is not known; `look` asks the server at once
 */
export function useTrial(control: Control<FineTuneValues>): {
  trial: Answer | undefined;
  look: () => void;
} {
  const [part, datasetId, startCheckpointId, settings] = useWatch({
    control,
    name: ["part", "datasetId", "startCheckpointId", "settings"],
  });
  const parsed = trialledRun.safeParse({ part, datasetId, startCheckpointId, settings });
  const key = parsed.success ? trialKey(parsed.data) : null;
  const run = parsed.success ? JSON.stringify(parsed.data) : null;
  const [state, setState] = useState<{ key: string; trial: Answer } | null>(null);
  const [looks, setLooks] = useState(0);
  const trial = state !== null && state.key === key ? state.trial : undefined;
  const isMoving = trial?.state === "QUEUED" || trial?.state === "RUNNING";

  useEffect(() => {
    if (key === null || run === null) return;
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      // Nobody looks at a hidden tab.
      const answer =
        document.visibilityState === "visible" ? await findTrialOf(JSON.parse(run)).catch(() => null) : null;
      if (!isCurrent) return;
      if (answer?.ok) setState({ key, trial: answer.value });
      if (isMoving || answer === null) timer = setTimeout(ask, everyMs);
    };
    timer = setTimeout(ask, isMoving ? everyMs : looks > 0 ? 0 : pauseMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key, isMoving, looks]);

  return { trial, look: useCallback(() => setLooks((count) => count + 1), []) };
}
