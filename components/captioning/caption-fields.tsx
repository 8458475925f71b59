/** The captions of one image: each is saved by itself, as soon as it is written. */
"use client";

import { useEffect, useRef, useState } from "react";
import { type CaptionItem, type CaptionLease, longestCaption } from "@/lib/desks/captioner-requests";
import { buttonClass } from "../button-class";
import type { CaptionerStrings, CaptionProblem } from "./captioner-strings";
import { type DeskServer, isRefused } from "./desk-server";

/** What GLIDE reads of a caption. */
const mostTokens = 128;
const countAfterMs = 250;

export function CaptionFields({
  server,
  item,
  count,
  captionLanguage,
  scale,
  strings,
  onSaved,
  onProblem,
}: {
  server: DeskServer;
  item: CaptionItem;
  count: number;
  captionLanguage: string;
  scale: number;
  strings: CaptionerStrings;
  /** `isComplete`: whether the image has all its captions. */
  onSaved: (lease: CaptionLease, isComplete: boolean) => void;
  onProblem: (problem: CaptionProblem | null) => void;
}) {
  const [texts, setTexts] = useState(() =>
    Array.from(
      { length: count },
      (_, at) => item.captions.find(({ position }) => position === at)?.text ?? "",
    ),
  );
  /** As the server has them. */
  const saved = useRef(new Map(item.captions.map(({ position, text }) => [position, text])));
  const [isFromDraft, setIsFromDraft] = useState(false);
  const [state, setState] = useState<"idle" | "saving" | "saved">("idle");
  const fields = useRef<(HTMLTextAreaElement | null)[]>([]);
  const isReviewed = (at: number) =>
    item.captions.some(({ position, isReviewed }) => position === at && isReviewed);

  useEffect(() => {
    const empty = texts.indexOf("");
    // Where there is a suggestion, that comes first.
    if (item.draft === null) fields.current[Math.max(0, empty)]?.focus({ preventScroll: true });
    // Only when the image is new: typing must not move the focus.
  }, []);

  async function save(at: number, text: string, fromDraft: boolean): Promise<boolean> {
    if (saved.current.get(at) === text) return true;
    setState("saving");
    onProblem(null);
    const answer = await server.save({ taskId: item.taskId, position: at, text, isFromDraft: fromDraft });
    if (isRefused(answer)) {
      setState("idle");
      onProblem(answer.problem);
      fields.current[at]?.focus();
      return false;
    }
    saved.current.set(at, answer.caption.text);
    setTexts((before) =>
      before.map((each, index) => (index === at && each === text ? answer.caption.text : each)),
    );
    setState("saved");
    onSaved(answer.lease, saved.current.size === count);
    return true;
  }

  /** Saves what was written, then goes to the next empty field; the next image comes by itself once all are there. */
  async function finish(given: readonly string[], fromDraft: boolean) {
    if (state === "saving") return;
    const written = given.flatMap((text, at) => (text.trim() === "" ? [] : [at]));
    if (written.length === 0) {
      onProblem("empty");
      fields.current[0]?.focus();
      return;
    }
    for (const at of written) {
      if (!isReviewed(at) && !(await save(at, given[at]!, fromDraft && at === 0))) return;
    }
    const empty = given.findIndex((text) => text.trim() === "");
    if (empty >= 0) fields.current[empty]?.focus();
  }

  function acceptDraft() {
    const given = texts.map((text, at) => (at === 0 ? item.draft! : text));
    setTexts(given);
    void finish(given, true);
  }

  const showsDraft = item.draft !== null && !saved.current.has(0) && !isFromDraft;
  return (
    <form
      className="mt-4 grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void finish(texts, isFromDraft);
      }}
    >
      {showsDraft ? (
        <section aria-labelledby="draft" className="rounded-lg border border-dashed bg-surface p-4">
          <h2 id="draft" className="text-muted text-sm">
            {strings.draft}
          </h2>
          <blockquote lang={captionLanguage} className="caption-text mt-1" style={{ fontSize: `${scale}em` }}>
            {item.draft}
          </blockquote>
          <div className="mt-3 flex flex-wrap gap-2">
            <button
              type="button"
              aria-disabled={state === "saving"}
              onClick={acceptDraft}
              className={buttonClass("secondary", "md", "min-h-11")}
            >
              {strings.acceptDraft}
            </button>
            <button
              type="button"
              onClick={() => {
                setIsFromDraft(true);
                setTexts((before) => before.map((text, at) => (at === 0 ? item.draft! : text)));
                fields.current[0]?.focus();
              }}
              className={buttonClass("secondary", "md", "min-h-11")}
            >
              {strings.changeDraft}
            </button>
          </div>
        </section>
      ) : null}
      {texts.map((text, at) => (
        <CaptionField
          key={at}
          ref={(element) => {
            fields.current[at] = element;
          }}
          server={server}
          label={strings.caption(at + 1, count)}
          text={text}
          lang={captionLanguage}
          scale={scale}
          isFixed={isReviewed(at)}
          strings={strings}
          onChange={(changed) => {
            setState("idle");
            setTexts((before) => before.map((each, index) => (index === at ? changed : each)));
          }}
          onEnter={() => void finish(texts, isFromDraft)}
        />
      ))}
      <div className="flex items-center gap-4">
        <button
          type="submit"
          aria-disabled={state === "saving"}
          className={buttonClass("primary", "md", "min-h-12 px-5 text-base")}
        >
          {saved.current.size === count ? strings.save : strings.saveNext}
        </button>
        <span role="status" className="text-muted text-sm">
          {state === "saving" ? strings.saving : state === "saved" ? strings.saved : ""}
        </span>
      </div>
    </form>
  );
}

function CaptionField({
  ref,
  server,
  label,
  text,
  lang,
  scale,
  isFixed,
  strings,
  onChange,
  onEnter,
}: {
  ref: (element: HTMLTextAreaElement | null) => void;
  server: DeskServer;
  label: string;
  text: string;
  lang: string;
  scale: number;
  isFixed: boolean;
  strings: CaptionerStrings;
  onChange: (text: string) => void;
  onEnter: () => void;
}) {
  const tokens = useTokens(server, text);
  const isLong = tokens !== null && tokens > mostTokens;
  return (
    <label className="block">
      <span className="flex items-baseline justify-between gap-3">
        <span className="font-medium">{label}</span>
        <span className={`numeric text-sm ${isLong ? "text-warn" : "text-muted"}`} aria-live="polite">
          {isFixed ? strings.reviewed : tokens === null ? "" : strings.tokens(tokens, mostTokens)}
        </span>
      </span>
      <textarea
        ref={ref}
        rows={3}
        lang={lang}
        value={text}
        readOnly={isFixed}
        maxLength={longestCaption}
        enterKeyHint="done"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          // While letters are composed, Enter chooses one.
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onEnter();
        }}
        style={{ fontSize: `${Math.max(1, scale)}rem` }}
        className="caption-text mt-1 block w-full rounded-md border border-field bg-surface p-3"
      />
      <span className="text-muted text-sm">{isFixed ? "" : strings.captionHelp}</span>
    </label>
  );
}

/** Tokens of what is typed, a moment later; null until they are known. */
function useTokens(server: DeskServer, text: string): number | null {
  const [counted, setCounted] = useState<{ text: string; tokens: number } | null>(null);
  useEffect(() => {
    if (text.trim() === "") return;
    const timer = setTimeout(async () => {
      const tokens = await server.countTokens(text);
      if (tokens !== null) setCounted({ text, tokens });
    }, countAfterMs);
    return () => clearTimeout(timer);
  }, [server, text]);
  return text.trim() === "" ? 0 : (counted?.tokens ?? null);
}
