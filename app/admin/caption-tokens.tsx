/** Captions as GLIDE's tokens, on request: how many there are, and which words are cut off. */
"use client";

import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { classNames } from "@/components/class-names";
import { FieldError } from "@/components/field";
import { plural } from "@/components/numbers";
import { readTokens } from "./caption-actions";

type Read = Extract<Awaited<ReturnType<typeof readTokens>>, { ok: true }>["value"];
type Shown = { captions: readonly string[]; pieces: Read } | { problem: string } | null;

/** What GLIDE's text encoder takes. */
const limit = 128;

export function CaptionTokens({ captions, language }: { captions: readonly string[]; language?: string }) {
  const [shown, setShown] = useState<Shown>(null);
  const [pending, startTransition] = useTransition();
  const given = captions.map((caption) => caption.trim()).filter((caption) => caption !== "");
  // What has been changed since is not shown as it was.
  const isCurrent = shown && (!("captions" in shown) || shown.captions.join("\n") === given.join("\n"));

  async function show() {
    const result = await readTokens({ captions: given }).catch(() => null);
    if (result?.ok) setShown({ captions: given, pieces: result.value });
    else
      setShown({
        problem: result?.fields?.["captions.0"] ?? result?.message ?? "The server did not respond.",
      });
  }

  return (
    <div className="grid justify-items-start gap-3">
      <Button size="sm" disabled={given.length === 0} pending={pending} onClick={() => startTransition(show)}>
        Show tokens
      </Button>
      <div aria-live="polite" className="grid gap-4 empty:hidden">
        {isCurrent && "problem" in shown ? <FieldError>{shown.problem}</FieldError> : null}
        {isCurrent && "pieces" in shown
          ? shown.pieces.map((pieces, index) => <Pieces key={index} pieces={pieces} language={language} />)
          : null}
      </div>
    </div>
  );
}

function Pieces({ pieces, language }: { pieces: Read[number]; language: string | undefined }) {
  const count = pieces.reduce((sum, { tokens }) => sum + tokens, 0);
  const cut = pieces
    .filter(({ isRead }) => !isRead)
    .map(({ text }) => text)
    .join("")
    .trim();
  return (
    <div className="grid gap-1.5">
      <p
        className={classNames(
          "numeric text-[0.8125rem]",
          cut === "" ? "text-muted" : "font-semibold text-danger",
        )}
      >
        {plural(count, "token", "tokens")} of {limit}.{cut === "" ? "" : ` Not read: “${cut}”.`}
      </p>
      <p lang={language} className="flex flex-wrap gap-y-1.5 text-sm leading-relaxed">
        {pieces.map(({ text, tokens, isRead }, index) => (
          <span
            key={index}
            title={tokens > 1 ? `${tokens} tokens` : undefined}
            className={classNames(
              "me-1 whitespace-pre rounded-sm border px-1",
              isRead ? "bg-sunken" : "border-danger/40 bg-danger-soft text-danger line-through",
            )}
          >
            {text.trimStart() === "" ? "␣" : text.trimStart()}
          </span>
        ))}
      </p>
    </div>
  );
}
