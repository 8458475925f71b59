/** Badges for the state of something; never by colour alone. */
import type { ReactNode } from "react";
import { classNames } from "./class-names";

export type Tone = "neutral" | "accent" | "good" | "warn" | "danger";

const tones: Record<Tone, string> = {
  neutral: "bg-sunken text-muted",
  accent: "bg-accent-soft text-accent",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  danger: "bg-danger-soft text-danger",
};

export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classNames(
        "inline-flex w-fit items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}

const states: Record<string, { label: string; tone: Tone; moving?: boolean }> = {
  QUEUED: { label: "Waiting", tone: "neutral" },
  RUNNING: { label: "Running", tone: "accent", moving: true },
  PAUSED: { label: "Paused", tone: "warn" },
  SUCCEEDED: { label: "Done", tone: "good" },
  FAILED: { label: "Failed", tone: "danger" },
  CANCELLED: { label: "Cancelled", tone: "warn" },
  IMPORTING: { label: "Importing", tone: "accent", moving: true },
  READY: { label: "Ready", tone: "good" },
  DRAFT: { label: "Draft", tone: "neutral" },
  OPENING: { label: "Opening", tone: "accent", moving: true },
  OPEN: { label: "Open", tone: "accent" },
  PILOT: { label: "Pilot", tone: "warn" },
  CLOSED: { label: "Closed", tone: "neutral" },
  IMPORTED: { label: "Imported", tone: "neutral" },
};

/**
 * The state of a run, job, dataset or study, in words.
 *
 * @param missing parts of a run that ended well which could not be done, such as metrics without weights
 */
export function StateBadge({ state, missing = 0 }: { state: string; missing?: number }) {
  const known =
    state === "SUCCEEDED" && missing > 0
      ? { label: `Done, ${missing} missing`, tone: "warn" as Tone, moving: false }
      : (states[state] ?? { label: state, tone: "neutral" as Tone });
  return (
    <Badge tone={known.tone}>
      <span
        aria-hidden="true"
        className={classNames("size-1.5 rounded-full bg-current", known.moving && "animate-pulse")}
      />
      {known.label}
    </Badge>
  );
}
