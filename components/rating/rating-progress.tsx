/** How far a rater has come, and whether answers are waiting for the network. */

export function RatingProgress({
  answered,
  asked,
  waiting,
}: {
  answered: number;
  asked: number;
  waiting: boolean;
}) {
  return (
    <div className="flex items-center gap-3 text-sm text-muted">
      <progress
        aria-label="Progress"
        className="h-1.5 grow overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
        max={asked}
        value={answered}
      />
      <span className="numeric whitespace-nowrap">
        {answered + 1} of {asked}
      </span>
      <span role="status" className={waiting ? "whitespace-nowrap text-warn" : "sr-only"}>
        {waiting ? "Offline, answers kept" : ""}
      </span>
    </div>
  );
}
