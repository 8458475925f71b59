/** What a trial says of a run, as lines. */
import {
  durationPartWords,
  meanStepSeconds,
  memoryVerdict,
  type RunSchedule,
  runDuration,
} from "@/lib/diffusion/training/run-duration";
import type { TrialMeasures } from "@/lib/diffusion/training/trial-measures";
import { counted } from "@/lib/text/counted";

const verdicts = {
  fits: "fits",
  tight: "fits, but hardly any memory would be left",
  exceeds:
    "more than was free: choose a smaller batch size, turn recomputation on, or train low-rank adapters",
};

export function estimateToText(measures: TrialMeasures, schedule: RunSchedule): string {
  const { stepSeconds, memory, notes } = measures;
  const duration = runDuration(measures, schedule);
  const card =
    memory.card &&
    `graphics card: ${toGigabytes(memory.card.usedBytes)} used${memory.card.totalBytes === null ? "" : ` of ${toGigabytes(memory.card.totalBytes)}`}`;
  const lines = [
    `duration: ${secondsToText(duration.seconds)} (${secondsToText(duration.lowSeconds)} to ${secondsToText(duration.highSeconds)} by the fastest and the slowest step)`,
    ...duration.parts.map(
      ({ part, count, seconds }) =>
        `  ${durationPartWords[part]((one, many) => counted(count, one, many))}: ${secondsToText(seconds)}`,
    ),
    `per step: ${toShort(meanStepSeconds(measures))} s (${toShort(Math.min(...stepSeconds))} to ${toShort(Math.max(...stepSeconds))} s in ${counted(stepSeconds.length, "step", "steps")})`,
    `memory: ${toGigabytes(memory.peakBytes)} at most; ${toGigabytes(memory.availableBytes)} of ${toGigabytes(memory.totalBytes)} were free: ${verdicts[memoryVerdict(measures)]}`,
    ...(card ? [card] : []),
    ...notes,
  ];
  return `${lines.join("\n")}\n`;
}

export function secondsToText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function toShort(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function toGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
