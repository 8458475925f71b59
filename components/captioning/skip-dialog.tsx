/** Why an image is passed over. */
"use client";

import { type RefObject, useState } from "react";
import { longestSkipText, type SkipReason, skipReasons } from "@/lib/desks/captioner-requests";
import { buttonClass } from "../button-class";
import { ModalDialog } from "../rating/modal-dialog";
import type { CaptionerStrings } from "./captioner-strings";

export function SkipDialog({
  opener,
  language,
  strings,
  onSkip,
  onClose,
}: {
  opener: RefObject<HTMLElement | null>;
  language: string;
  strings: CaptionerStrings;
  onSkip: (reason: SkipReason, text: string) => Promise<void>;
  onClose: () => void;
}) {
  const [reason, setReason] = useState<SkipReason>("unclear");
  const [text, setText] = useState("");
  const [isSending, setIsSending] = useState(false);
  return (
    <ModalDialog
      opener={opener}
      lang={language}
      aria-labelledby="skip-title"
      onClose={onClose}
      className="m-auto max-h-[92dvh] w-[min(28rem,100vw-1.5rem)] overflow-y-auto rounded-lg border bg-surface shadow-raised backdrop:bg-black/45"
    >
      <form
        className="p-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSending) return;
          setIsSending(true);
          void onSkip(reason, text);
        }}
      >
        <fieldset>
          <legend id="skip-title" className="mb-2 font-serif text-2xl leading-tight">
            {strings.skipTitle}
          </legend>
          {skipReasons.map((each) => (
            <label key={each} className="flex min-h-11 cursor-pointer items-center gap-3">
              <input
                type="radio"
                name="reason"
                checked={each === reason}
                onChange={() => setReason(each)}
                className="size-5 shrink-0 accent-(--accent)"
              />
              {strings.skipReasons[each]}
            </label>
          ))}
        </fieldset>
        {reason === "other" ? (
          <label className="mt-1 block text-sm">
            {strings.skipText}
            <textarea
              rows={2}
              maxLength={longestSkipText}
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="mt-1 block w-full rounded-md border border-field bg-canvas p-2 text-base"
            />
          </label>
        ) : null}
        <div className="mt-4 flex flex-wrap gap-2">
          <button
            type="submit"
            aria-disabled={isSending}
            className={buttonClass("primary", "md", "min-h-12 grow")}
          >
            {strings.skipSend}
          </button>
          <button type="button" onClick={onClose} className={buttonClass("secondary", "md", "min-h-12 grow")}>
            {strings.cancel}
          </button>
        </div>
      </form>
    </ModalDialog>
  );
}
