/** How far a rater has come, how long the rest takes, and whether answers are waiting for the network. */
import type { ReactNode } from "react";
import type { Lease } from "@/lib/rating/item/assigned-item";
import type { RaterStrings } from "./strings/rater-strings";

export function RatingProgress({
  lease,
  answered,
  isTraining,
  offline,
  strings,
  children,
}: {
  lease: Lease;
  /** Answers given, those that are still on their way included. */
  answered: number;
  isTraining: boolean;
  /** What to say while answers wait for the network; null while none do. */
  offline: string | null;
  strings: RaterStrings;
  /** Beside the words. */
  children: ReactNode;
}) {
  const done = isTraining ? (lease.training?.answered ?? 0) : answered;
  const asked = Math.max(done + 1, isTraining ? (lease.training?.asked ?? 0) : lease.asked);
  const minutes =
    lease.secondsPerAnswer === null || isTraining
      ? null
      : Math.ceil(((asked - done) * lease.secondsPerAnswer) / 60);
  return (
    <div className="text-muted text-sm">
      <progress
        aria-label={strings.progress}
        className="block h-1.5 w-full overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
        max={asked}
        value={done}
      />
      <div className="flex flex-wrap items-center justify-between gap-x-2">
        <p className="flex flex-wrap gap-x-3">
          <span className="numeric whitespace-nowrap">
            {isTraining ? strings.trainingPosition(done + 1, asked) : strings.position(done + 1, asked)}
          </span>
          {minutes === null || offline ? null : (
            <>
              <span className="whitespace-nowrap max-sm:hidden">{strings.minutesLeft(minutes)}</span>
              <span className="whitespace-nowrap sm:hidden">{strings.minutesLeftShort(minutes)}</span>
            </>
          )}
          <span role="status" className={offline ? "text-warn" : "sr-only"}>
            {offline ?? ""}
          </span>
        </p>
        {children}
      </div>
    </div>
  );
}
