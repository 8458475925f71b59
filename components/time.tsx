/** Moments, written in the reader's own time zone; until the browser takes over, in UTC. How long ago needs no zone. */
"use client";

import { useHydrated } from "./use-hydrated";

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** "3 minutes ago", against `now` in milliseconds. */
export function toRelativeTime(at: Date, now: number): string {
  const seconds = (at.getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return "just now";
}

/** `at` is an ISO string. `relative` shows "3 minutes ago" with the full moment as its title. */
export function Time({ at, relative = false }: { at: string; relative?: boolean }) {
  const hydrated = useHydrated();
  const date = new Date(at);
  const full = new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    ...(hydrated ? {} : { timeZone: "UTC" }),
  }).format(date);
  return (
    <time
      dateTime={at}
      title={relative ? full : undefined}
      className="whitespace-nowrap"
      suppressHydrationWarning
    >
      {relative ? toRelativeTime(date, Date.now()) : full}
    </time>
  );
}
