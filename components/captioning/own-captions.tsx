/** What a captioner has written and passed over, the latest first, each open to change until it is reviewed. */
"use client";

import { useEffect, useState } from "react";
import type { CaptionItem } from "@/lib/desks/captioner-requests";
import { buttonClass } from "../button-class";
import type { CaptionerStrings, CaptionProblem } from "./captioner-strings";
import { type DeskServer, isRefused } from "./desk-server";

export function OwnCaptions({
  server,
  strings,
  captionLanguage,
  isClosed,
  onEdit,
  onBack,
}: {
  server: DeskServer;
  strings: CaptionerStrings;
  captionLanguage: string;
  isClosed: boolean;
  onEdit: (item: CaptionItem) => void;
  onBack: () => void;
}) {
  const [items, setItems] = useState<CaptionItem[] | null>(null);
  const [problem, setProblem] = useState<CaptionProblem | null>(null);
  useEffect(() => {
    let isGone = false;
    void server.own().then((answer) => {
      if (isGone) return;
      if (isRefused(answer)) setProblem(answer.problem);
      else setItems(answer.items);
    });
    return () => {
      isGone = true;
    };
  }, [server]);
  return (
    <section className="mt-6">
      <h2 className="font-serif text-2xl">{strings.mineTitle}</h2>
      <button type="button" onClick={onBack} className={buttonClass("secondary", "md", "mt-3 min-h-11")}>
        {strings.back}
      </button>
      {problem ? (
        <p role="alert" className="mt-3 text-warn">
          {strings.problems[problem]}
        </p>
      ) : null}
      {items?.length === 0 ? <p className="mt-4">{strings.mineEmpty}</p> : null}
      <ul className="mt-4 grid gap-4">
        {items?.map((item) => {
          const isReviewed = item.captions.length > 0 && item.captions.every((caption) => caption.isReviewed);
          return (
            <li key={item.taskId} className="flex gap-3">
              <img
                src={server.imageAddress(item.imageToken)}
                alt=""
                loading="lazy"
                className="size-20 shrink-0 rounded-md bg-sunken object-cover"
              />
              <div className="min-w-0 grow">
                {item.isSkipped ? <p className="text-muted">{strings.skipped}</p> : null}
                {item.captions.map(({ position, text }) => (
                  <p key={position} lang={captionLanguage} className="caption-text [overflow-wrap:anywhere]">
                    {text}
                  </p>
                ))}
                {isReviewed ? (
                  <p className="text-muted text-sm">{strings.reviewed}</p>
                ) : isClosed ? null : (
                  <button
                    type="button"
                    aria-label={`${strings.edit}: ${item.captions[0]?.text ?? strings.skipped}`}
                    onClick={() => onEdit(item)}
                    className="min-h-11 text-accent text-sm underline underline-offset-4"
                  >
                    {strings.edit}
                  </button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
