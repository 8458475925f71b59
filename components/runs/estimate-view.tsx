/** What a trial says of a run: how long it takes in all and for each part, how much memory it needs, and whether there is as much. */
import { formatBytes, formatCount, formatDuration, formatMeasure, plural } from "@/components/numbers";
import {
  durationPartWords,
  meanStepSeconds,
  memoryVerdict,
  type RunSchedule,
  runDuration,
} from "@/lib/diffusion/training/run-duration";
import type { RunEstimate } from "@/lib/fine-tunes/run-estimate";
import { Notice } from "../notice";
import { Time } from "../time";

/** @param schedule how often the run does what, which may have changed since the trial */
export function EstimateView({ estimate, schedule }: { estimate: RunEstimate; schedule: RunSchedule }) {
  const { measures, hostname, provider, measuredAt } = estimate;
  const { memory, stepSeconds, notes } = measures;
  const duration = runDuration(measures, schedule);
  const verdict = memoryVerdict(measures);
  if (!Number.isFinite(duration.seconds)) return null;
  return (
    <div className="grid gap-4">
      {verdict === "fits" ? null : (
        <Notice
          kind="warning"
          title={
            verdict === "tight"
              ? "It fits, but hardly any memory would be left."
              : "It needs more memory than was free."
          }
        >
          Close other programs, choose a smaller batch size with gradient accumulation, turn recomputation on,
          or train low-rank adapters (LoRA).
        </Notice>
      )}
      <dl className="grid gap-x-8 gap-y-5 rounded-lg border bg-surface p-4 sm:grid-cols-3 sm:p-5">
        <Fact name="Duration" value={formatDuration(duration.seconds)}>
          {formatDuration(duration.lowSeconds)} to {formatDuration(duration.highSeconds)}, if every step were
          as fast as the fastest or as slow as the slowest
        </Fact>
        <Fact name="Per step" value={`${formatMeasure(meanStepSeconds(measures), 3)} s`}>
          {formatMeasure(Math.min(...stepSeconds), 3)} to {formatMeasure(Math.max(...stepSeconds), 3)} s,{" "}
          {plural(stepSeconds.length, "step", "steps")} measured
        </Fact>
        <Fact name="Memory" value={formatBytes(memory.peakBytes)}>
          {verdict === "fits" ? "Fits: " : ""}
          {formatBytes(memory.availableBytes)} of {formatBytes(memory.totalBytes)} were free
          {memory.card
            ? `; graphics card ${formatBytes(memory.card.usedBytes)}${memory.card.totalBytes === null ? "" : ` of ${formatBytes(memory.card.totalBytes)}`}`
            : ""}
        </Fact>
      </dl>
      <details>
        <summary className="w-fit rounded-sm text-sm">What takes how long</summary>
        <table className="numeric mt-2 w-full max-w-md text-sm">
          <caption className="sr-only">Parts of the run and their durations</caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">Part</th>
              <th scope="col">Duration</th>
            </tr>
          </thead>
          <tbody>
            {duration.parts.map(({ part, count, seconds }) => (
              <tr key={part} className="border-b last:border-b-0">
                <th scope="row" className="py-1.5 text-start font-normal first-letter:uppercase">
                  {durationPartWords[part]((one, many) => plural(count, one, many))}
                </th>
                <td className="py-1.5 text-end">{seconds < 1 ? "under 1 s" : formatDuration(seconds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {notes.length > 0 ? (
          <ul className="mt-3 grid gap-1 text-[0.8125rem] text-muted">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        ) : null}
      </details>
      <p className="text-[0.8125rem] text-muted">
        Measured on {hostname} ({provider}), <Time at={measuredAt} />, for {formatCount(measures.imageCount)}{" "}
        {measures.imageCount === 1 ? "image" : "images"}. It takes longer while other programs compute.
      </p>
    </div>
  );
}

function Fact({ name, value, children }: { name: string; value: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-muted">{name}</dt>
      <dd className="numeric mt-0.5 font-serif text-[1.5rem] leading-none">{value}</dd>
      <dd className="mt-1.5 text-[0.8125rem] text-muted">{children}</dd>
    </div>
  );
}
