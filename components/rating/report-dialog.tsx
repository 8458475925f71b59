/** What is wrong with an item, in the rater's words or ours; they may then pass it on. */
"use client";

import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import {
  type ItemReport,
  longestReportText,
  type ReportReason,
  reportReasons,
} from "@/lib/rating/item/item-report";
import { ModalDialog } from "./modal-dialog";
import type { RaterStrings } from "./strings/rater-strings";

export function ReportDialog({
  assignmentId,
  maySkip,
  language,
  strings,
  onReport,
  onClose,
}: {
  assignmentId: string;
  /** False for an item that was answered. */
  maySkip: boolean;
  language: string;
  strings: RaterStrings;
  /** False where it could not be taken. */
  onReport: (report: ItemReport) => Promise<boolean>;
  onClose: () => void;
}) {
  return (
    <ModalDialog
      lang={language}
      aria-labelledby="report-title"
      onClose={onClose}
      className="m-auto max-h-[92dvh] w-[min(28rem,100vw-1.5rem)] overflow-y-auto rounded-lg border bg-surface shadow-raised backdrop:bg-black/45"
    >
      <div className="p-5">
        <div className="flex items-start justify-between gap-4">
          <h2 id="report-title" className="font-serif text-2xl leading-tight">
            {strings.reportTitle}
          </h2>
          <button
            type="button"
            aria-label={strings.close}
            onClick={onClose}
            className="-me-2 -mt-2 grid size-11 shrink-0 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
          >
            <X className="size-5" aria-hidden="true" />
          </button>
        </div>
        <ReportForm
          assignmentId={assignmentId}
          maySkip={maySkip}
          strings={strings}
          onReport={onReport}
          onDone={onClose}
        />
      </div>
    </ModalDialog>
  );
}

function ReportForm({
  assignmentId,
  maySkip,
  strings,
  onReport,
  onDone,
}: {
  assignmentId: string;
  maySkip: boolean;
  strings: RaterStrings;
  onReport: (report: ItemReport) => Promise<boolean>;
  onDone: () => void;
}) {
  const [reason, setReason] = useState<ReportReason>("image");
  const [text, setText] = useState("");
  const [state, setState] = useState<"open" | "sending" | "failed">("open");

  async function send(skips: boolean) {
    if (state === "sending") return;
    setState("sending");
    const isTaken = await onReport({
      assignmentId,
      reason,
      text: reason === "other" ? text : "",
      skips,
    });
    if (isTaken) onDone();
    else setState("failed");
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void send(maySkip);
  }

  return (
    <form onSubmit={onSubmit} className="mt-3">
      <fieldset>
        <legend className="sr-only">{strings.reportTitle}</legend>
        {reportReasons.map((each) => (
          <label key={each} className="flex min-h-11 cursor-pointer items-center gap-3">
            <input
              type="radio"
              name="reason"
              value={each}
              checked={each === reason}
              onChange={() => setReason(each)}
              className="size-5 shrink-0 accent-(--accent)"
            />
            {strings.reportReasons[each]}
          </label>
        ))}
      </fieldset>
      {reason === "other" ? (
        <label className="mt-1 block text-sm">
          {strings.reportText}
          <textarea
            rows={2}
            maxLength={longestReportText}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="mt-1 block w-full rounded-md border border-field bg-canvas p-2 text-base"
          />
        </label>
      ) : null}
      {state === "failed" ? (
        <p role="alert" className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {strings.reportFailed}
        </p>
      ) : null}
      <p className="mt-3 text-muted text-sm">{maySkip ? strings.skipText : strings.reportAnsweredText}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <button
          type="submit"
          aria-disabled={state === "sending"}
          className="min-h-12 grow rounded-md bg-accent px-4 font-medium text-on-accent aria-disabled:opacity-45"
        >
          {maySkip ? strings.reportAndSkip : strings.sendReport}
        </button>
        {maySkip ? (
          <button
            type="button"
            aria-disabled={state === "sending"}
            onClick={() => void send(false)}
            className="min-h-12 grow rounded-md border border-field px-4 font-medium aria-disabled:opacity-45"
          >
            {strings.reportAndKeep}
          </button>
        ) : null}
      </div>
    </form>
  );
}
