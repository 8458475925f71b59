/** When a run made each of its steps, as far as that is known. */

type Times = {
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly step: number;
};

/**
 * Linear between the steps at which a clock was read, the start and the end; constant beyond them.
 *
 * @param measured ascending by step
 * @returns seconds since 1970 of a step; never falling
 */
export function stepTimes(
  run: Times,
  measured: readonly { readonly step: number; readonly at: Date }[],
): (step: number) => number {
  const known: [step: number, seconds: number][] = [];
  const add = (step: number, at: Date) => {
    const seconds = at.getTime() / 1000;
    const last = known.at(-1);
    // After an interruption, steps are made again: the clock never goes back.
    if (!last || step > last[0]) known.push([step, Math.max(seconds, last?.[1] ?? seconds)]);
  };
  add(0, run.startedAt ?? run.createdAt);
  for (const { step, at } of measured) add(step, at);
  if (run.finishedAt) add(run.step, run.finishedAt);
  return (step) => {
    const next = known.findIndex(([at]) => at >= step);
    if (next === 0) return known[0]![1];
    if (next < 0) return known.at(-1)![1];
    const [[fromStep, from], [toStep, to]] = [known[next - 1]!, known[next]!];
    return from + ((step - fromStep) / (toStep - fromStep)) * (to - from);
  };
}
