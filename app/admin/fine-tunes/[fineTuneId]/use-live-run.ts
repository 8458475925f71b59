/** Keeps a run's page up to date by asking for what is new; what was there already is never asked for again. */
"use client";

import { useEffect, useRef, useState } from "react";
import type { FineTuneProgress, LogEntry, PreviewImage } from "@/lib/fine-tunes/get-fine-tune";
import type { CurvePoint, RunCurves, SeriesKey } from "@/lib/fine-tunes/run-series";
import type { RunState } from "@/lib/generated/prisma/enums";

/** A `FineTuneProgress` as the server sends it: dates are strings in JSON. */
export type LiveRun = Omit<FineTuneProgress, "startedAt" | "finishedAt" | "log"> & {
  startedAt: string | null;
  finishedAt: string | null;
  log: (Omit<LogEntry, "at"> & { at: string })[];
};

const everyMs = 1500;

/** A tab may stay open for days; the database keeps the whole log. */
const keptLogLines = 500;

export function isMoving(state: RunState): boolean {
  return state === "QUEUED" || state === "RUNNING";
}

/** @returns the run, and whether the last question went unanswered */
export function useLiveRun(fineTuneId: string, initial: LiveRun): { run: LiveRun; lost: boolean } {
  const [run, setRun] = useState(initial);
  const [lost, setLost] = useState(false);
  const latest = useRef(run);
  latest.current = run;

  // A server action (cancel, resume) has drawn the page again: its state is the newest.
  const drawn = useRef(initial);
  if (drawn.current !== initial) {
    drawn.current = initial;
    latest.current = initial;
    setRun(initial);
  }

  const moving = isMoving(run.state);
  useEffect(() => {
    if (!moving) return;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function ask() {
      if (document.visibilityState === "visible") {
        try {
          const fresh = await fetchProgress(fineTuneId, latest.current);
          if (stopped) return;
          setLost(false);
          setRun((old) => merge(old, fresh));
        } catch {
          if (stopped) return;
          setLost(true);
        }
      }
      timer = setTimeout(ask, everyMs);
    }
    timer = setTimeout(ask, everyMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [fineTuneId, moving]);

  return { run, lost };
}

async function fetchProgress(fineTuneId: string, known: LiveRun): Promise<LiveRun> {
  const newest = Math.max(0, ...Object.values(known.curves).map((points) => points.at(-1)?.[0] ?? 0));
  const query = new URLSearchParams({ step: String(newest), stride: String(known.stride) });
  // The previews of one step arrive one after the other.
  query.set("previewStep", String((known.previews.at(-1)?.step ?? 0) - 1));
  query.set("validationStep", String(known.validations.at(-1)?.step ?? -1));
  const logId = known.log.at(-1)?.id;
  if (logId) query.set("logId", logId);
  const answer = await fetch(`/api/fine-tunes/${fineTuneId}/progress?${query}`);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

/** What is known and what is new; a run that was resumed from its last saved step measures some steps again. */
export function merge(old: LiveRun, fresh: LiveRun): LiveRun {
  const key = (preview: PreviewImage) => `${preview.step} ${preview.seed} ${preview.caption}`;
  const previews = new Map(old.previews.map((preview) => [key(preview), preview]));
  for (const preview of fresh.previews) previews.set(key(preview), preview);
  const validations = new Map(old.validations.map((one) => [one.step, one]));
  for (const validation of fresh.validations) validations.set(validation.step, validation);
  return {
    ...fresh,
    validations: [...validations.values()].sort((a, b) => a.step - b.step),
    curves: old.stride === fresh.stride ? mergeCurves(old.curves, fresh.curves, fresh.stride) : fresh.curves,
    previews: [...previews.values()].sort((a, b) => a.step - b.step),
    log: [...old.log, ...fresh.log].slice(-keptLogLines),
  };
}

/** Of two points for the same steps, the fresh one stands for more of them. */
function mergeCurves(old: RunCurves, fresh: RunCurves, stride: number): RunCurves {
  const merged: RunCurves = { ...old };
  for (const key of Object.keys(fresh) as SeriesKey[]) {
    const placeOf = ([step]: CurvePoint) => Math.ceil(step / stride);
    const points = new Map((old[key] ?? []).map((point) => [placeOf(point), point]));
    for (const point of fresh[key]!) points.set(placeOf(point), point);
    merged[key] = [...points.values()].sort(([a], [b]) => a - b);
  }
  return merged;
}
