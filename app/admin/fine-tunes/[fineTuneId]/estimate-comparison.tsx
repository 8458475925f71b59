/** What a trial before the start said of a run, beside what the run has measured since. */
import { formatBytes, formatDuration, formatMeasure } from "@/components/numbers";
import { Time } from "@/components/time";
import { type RunSchedule, runDuration } from "@/lib/diffusion/training/run-duration";
import type { RunEstimate } from "@/lib/fine-tunes/run-estimate";
import type { LiveRun } from "./use-live-run";

export function EstimateComparison({
  estimate,
  schedule,
  run,
}: {
  estimate: RunEstimate;
  schedule: RunSchedule;
  run: LiveRun;
}) {
  const { measures, hostname, provider, measuredAt } = estimate;
  const duration = runDuration(measures, schedule);
  const { stepsPerSecond, totalSteps, durationSeconds, state, curves } = run;
  const perStep = stepsPerSecond === null || stepsPerSecond === 0 ? null : 1 / stepsPerSecond;
  const expected = perStep === null ? null : totalSteps * perStep;
  const memory = (curves.memoryBytes ?? []).map(([, mean, , high = mean]) => high);
  const rows = [
    {
      name: "Duration",
      estimated: `${formatDuration(duration.seconds)} (${formatDuration(duration.lowSeconds)} to ${formatDuration(duration.highSeconds)})`,
      measured:
        state === "SUCCEEDED" && durationSeconds !== null
          ? formatDuration(durationSeconds)
          : expected === null
            ? "—"
            : `${formatDuration(expected)} at this speed`,
    },
    {
      name: "Per step, with all that comes between steps",
      estimated: `${formatMeasure(duration.seconds / duration.totalSteps, 3)} s`,
      measured: perStep === null ? "—" : `${formatMeasure(perStep, 3)} s`,
    },
    {
      name: "Most memory",
      estimated: formatBytes(measures.memory.peakBytes),
      measured: memory.length === 0 ? "—" : `${formatBytes(Math.max(...memory))}, looked at now and then`,
    },
  ];
  return (
    <section aria-label="Estimate and run" className="mt-4 rounded-lg border bg-surface p-4 text-sm sm:p-5">
      <table className="numeric w-full">
        <caption className="mb-2 text-start font-semibold">Estimated and measured</caption>
        <thead className="text-[0.8125rem] text-muted">
          <tr>
            <td />
            <th scope="col" className="pe-4 text-start font-medium">
              Trial
            </th>
            <th scope="col" className="text-start font-medium">
              This run
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, estimated, measured }) => (
            <tr key={name} className="border-t align-top">
              <th scope="row" className="py-1.5 pe-4 text-start font-normal text-muted">
                {name}
              </th>
              <td className="py-1.5 pe-4">{estimated}</td>
              <td className="py-1.5">{measured}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-[0.8125rem] text-muted">
        The trial ran on {hostname} ({provider}), <Time at={measuredAt} />.
      </p>
    </section>
  );
}
