/** Where a zoom shows fewer steps than points stand for, every step between them is asked for. */
"use client";

import { useEffect, useMemo, useState } from "react";
import type { StepRange } from "@/components/charts/chart-line";
import type { RunCurves } from "@/lib/fine-tunes/run-series";
import type { DrawnRun } from "./drawn-run";

type Detail = { readonly range: StepRange; readonly curves: ReadonlyMap<string, RunCurves> };

/** While detail is on its way, or where it does not come, what is known already is drawn. */
export function useDetail(runs: readonly DrawnRun[], range: StepRange | null): readonly DrawnRun[] {
  const [detail, setDetail] = useState<Detail | null>(null);
  const thinned = runs.filter(({ stride }) => stride > 1);
  const wanted = range === null ? "" : thinned.map(({ id }) => id).join(" ");
  useEffect(() => {
    if (range === null || wanted === "") {
      setDetail(null);
      return;
    }
    const leaving = new AbortController();
    const query = new URLSearchParams({ from: String(range[0]), to: String(range[1]) });
    Promise.all(
      wanted.split(" ").map(async (id): Promise<[string, RunCurves]> => {
        const answer = await fetch(`/api/fine-tunes/${id}/curves?${query}`, { signal: leaving.signal });
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        return [id, await answer.json()];
      }),
    )
      .then((curves) => setDetail({ range, curves: new Map(curves) }))
      .catch(() => {});
    return () => leaving.abort();
  }, [range, wanted]);
  return useMemo(
    () =>
      detail === null || detail.range !== range
        ? runs
        : runs.map((run) => ({ ...run, curves: detail.curves.get(run.id) ?? run.curves })),
    [runs, detail, range],
  );
}
