/** How far a rater has come, how long the rest takes, and whether answers are waiting for the network. */
import type { Lease } from "@/lib/ratings/assigned-item";
import type { RaterStrings } from "./strings/rater-strings";

export function RatingProgress({
  lease,
  answered,
  isTraining,
  waiting,
  strings,
}: {
  lease: Lease;
  /** Answers given, those that are still on their way included. */
  answered: number;
  isTraining: boolean;
  waiting: boolean;
  strings: RaterStrings;
}) {
  const done = isTraining ? (lease.training?.answered ?? 0) : answered;
  const asked = Math.max(done + 1, isTraining ? (lease.training?.asked ?? 0) : lease.asked);
  const minutes =
    lease.secondsPerAnswer === null || isTraining
      ? null
      : Math.ceil(((asked - done) * lease.secondsPerAnswer) / 60);
  return (
    <div className="flex items-center gap-3 text-sm text-muted">
      <progress
        aria-label={strings.progress}
        className="h-1.5 min-w-12 grow overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
        max={asked}
        value={done}
      />
      <span className="numeric whitespace-nowrap">
        {isTraining ? strings.trainingPosition(done + 1, asked) : strings.position(done + 1, asked)}
      </span>
      {minutes === null || waiting ? null : (
        <span className="whitespace-nowrap max-[420px]:hidden">{strings.minutesLeft(minutes)}</span>
      )}
      <span role="status" className={waiting ? "text-warn" : "sr-only"}>
        {waiting ? strings.offline : ""}
      </span>
    </div>
  );
}
