/** The log of a run: live, with its levels, by level and by words, and as a file. */
"use client";

import { Download } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { ButtonAnchor } from "@/components/button";
import { classNames } from "@/components/class-names";
import type { LiveRun } from "./use-live-run";

type Line = LiveRun["log"][number];

const levels = {
  INFO: { label: "Info", look: "text-faint" },
  WARNING: { label: "Warning", look: "text-warn" },
  ERROR: { label: "Error", look: "text-danger" },
} as const;

const choices = {
  all: { label: "Everything", shows: () => true },
  alarms: { label: "Warnings and errors", shows: ({ level }: Line) => level !== "INFO" },
  errors: { label: "Errors", shows: ({ level }: Line) => level === "ERROR" },
} as const;

export function RunLog({ fineTuneId, lines }: { fineTuneId: string; lines: readonly Line[] }) {
  const [choice, setChoice] = useState<keyof typeof choices>("all");
  const [words, setWords] = useState("");
  const box = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const fieldId = useId();
  const wanted = words.trim().toLowerCase();
  const shown = lines.filter(
    (line) => choices[choice].shows(line) && line.message.toLowerCase().includes(wanted),
  );
  useEffect(() => {
    // Follow the end, unless somebody has scrolled up to read.
    if (shown.length > 0 && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [shown.length]);
  if (lines.length === 0) return <p className="text-sm text-muted">Nothing has been logged yet.</p>;
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center gap-3 text-sm">
        <fieldset className="inline-flex flex-wrap rounded-md border p-0.5 text-[0.8125rem]">
          <legend className="sr-only">Lines that are shown</legend>
          {(Object.keys(choices) as (keyof typeof choices)[]).map((key) => (
            <button
              key={key}
              type="button"
              aria-pressed={choice === key}
              onClick={() => setChoice(key)}
              className={classNames(
                "min-h-7 rounded-sm px-2.5",
                choice === key ? "bg-sunken text-ink" : "text-muted hover:text-ink",
              )}
            >
              {choices[key].label} <span className="numeric">{lines.filter(choices[key].shows).length}</span>
            </button>
          ))}
        </fieldset>
        <label htmlFor={fieldId} className="sr-only">
          Words in the log
        </label>
        <input
          id={fieldId}
          type="search"
          value={words}
          placeholder="Search the log"
          onChange={(event) => setWords(event.target.value)}
          className="min-h-8 w-52 max-w-full rounded-md border border-field bg-surface px-3 text-sm placeholder:text-faint"
        />
        <ButtonAnchor
          size="sm"
          href={`/api/fine-tunes/${fineTuneId}/log.txt`}
          icon={<Download className="size-4" aria-hidden="true" />}
        >
          Whole log
        </ButtonAnchor>
      </div>
      <section
        ref={box}
        aria-label="Log of the run"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < 30;
        }}
        className="max-h-80 overflow-y-auto rounded-lg border bg-sunken px-4 py-3 font-mono text-[0.8125rem] leading-relaxed"
      >
        {shown.length === 0 ? <p className="text-muted">No line of the log is like this.</p> : null}
        {shown.map(({ id, at, level, message }) => (
          <p
            key={id}
            className="grid grid-cols-[auto_1fr] gap-x-3 sm:grid-cols-[11.5rem_4.5rem_minmax(0,1fr)]"
          >
            <time dateTime={at} className="text-faint" suppressHydrationWarning>
              {new Date(at).toLocaleString("en-GB", { dateStyle: "short", timeStyle: "medium" })}
            </time>
            <span className={levels[level].look}>{levels[level].label}</span>
            <span className="[overflow-wrap:anywhere] max-sm:col-span-2">{message}</span>
          </p>
        ))}
      </section>
    </div>
  );
}
