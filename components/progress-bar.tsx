/** A progress bar, 0 to 1, with text next to it. */
export function ProgressBar({
  value,
  label,
  text,
}: {
  /** 0 to 1; null where the end is not known. */
  value: number | null;
  /** For screen readers: what is progressing. */
  label: string;
  text?: string;
}) {
  const percent = value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div className="grid gap-1.5">
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
        className="h-1.5 overflow-hidden rounded-full bg-line"
      >
        <div
          className={
            percent === undefined
              ? "h-full w-1/3 animate-pulse rounded-full bg-accent"
              : "h-full rounded-full bg-accent transition-[width] duration-500"
          }
          style={percent === undefined ? undefined : { width: `${percent}%` }}
        />
      </div>
      {text ? <p className="numeric text-[0.8125rem] text-muted">{text}</p> : null}
    </div>
  );
}
