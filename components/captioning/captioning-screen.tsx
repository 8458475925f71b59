/** The captioner's screen: an image, its captions, and the way back to what they have written. */
"use client";

import { useCallback, useMemo, useRef, useState } from "react";
import type { CaptionItem, CaptionLease } from "@/lib/desks/captioner-requests";
import { buttonClass } from "../button-class";
import type { DisplaySettings } from "../rating/display-settings";
import { RaterFrame } from "../rating/rater-frame";
import { useDisplaySettings } from "../rating/use-display-settings";
import { CaptionFields } from "./caption-fields";
import { type CaptionProblem, captionerStrings } from "./captioner-strings";
import { DeskServer, isRefused } from "./desk-server";
import { OwnCaptions } from "./own-captions";
import { ShownImage } from "./shown-image";
import { SkipDialog } from "./skip-dialog";

export type CaptioningScreenProps = {
  deskId: string;
  deskName: string;
  deskLanguage: string;
  captionLanguage: string;
  captionsPerImage: number;
  instructions: string;
  firstLease: CaptionLease;
  display: DisplaySettings;
};

export function CaptioningScreen(props: CaptioningScreenProps) {
  const display = useDisplaySettings(props.display, props.deskLanguage);
  const strings = captionerStrings(display.language);
  const server = useMemo(() => new DeskServer(props.deskId), [props.deskId]);
  const [lease, setLease] = useState(props.firstLease);
  const [problem, setProblem] = useState<CaptionProblem | null>(null);
  /** What the captioner has gone back to; null for the next image. */
  const [edited, setEdited] = useState<CaptionItem | null>(null);
  const [isListing, setIsListing] = useState(false);
  const [isSkipping, setIsSkipping] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const skipButton = useRef<HTMLButtonElement>(null);

  const item = edited ?? lease.items[0] ?? null;
  const { done, skipped, share } = lease.progress;

  const showLease = useCallback((next: CaptionLease) => {
    setLease(next);
    setProblem(null);
  }, []);

  async function ask(takesMore: boolean) {
    const answer = await server.lease(takesMore);
    if (isRefused(answer)) return setProblem(answer.problem);
    setEdited(null);
    showLease(answer.lease);
  }

  return (
    <RaterFrame display={display}>
      <h1 ref={heading} tabIndex={-1} className="pe-12 font-serif text-xl leading-tight outline-none">
        {props.deskName}
      </h1>
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1">
        <progress
          aria-label={strings.progress}
          value={done + skipped}
          max={Math.max(1, share)}
          className="h-1.5 grow overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
        />
        <span className="numeric text-muted text-sm">{strings.position(done + skipped, share)}</span>
      </div>
      {problem ? (
        <div role="alert" className="mt-4 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {strings.problems[problem]}
          {problem === "taken" || problem === "closed" ? (
            // Only now: until then the text can still be copied.
            <button
              type="button"
              onClick={() => void ask(false)}
              className={buttonClass("secondary", "md", "mt-2 flex min-h-11")}
            >
              {strings.back}
            </button>
          ) : null}
        </div>
      ) : null}
      {isListing ? (
        <OwnCaptions
          server={server}
          strings={strings}
          captionLanguage={props.captionLanguage}
          isClosed={lease.isClosed}
          onEdit={(chosen) => {
            setEdited(chosen);
            setIsListing(false);
          }}
          onBack={() => setIsListing(false)}
        />
      ) : item ? (
        <>
          <ShownImage
            key={item.imageToken}
            server={server}
            imageToken={item.imageToken}
            next={lease.items[1]?.imageToken}
            language={display.language}
            strings={strings}
          />
          <CaptionFields
            key={item.taskId}
            server={server}
            item={item}
            count={props.captionsPerImage}
            captionLanguage={props.captionLanguage}
            scale={display.settings.captionScale}
            strings={strings}
            onSaved={(next, isComplete) => {
              showLease(next);
              if (edited && isComplete) setEdited(null);
            }}
            onProblem={setProblem}
          />
          <div className="mt-5 flex flex-wrap gap-2">
            {item.captions.length === 0 && !item.isSkipped ? (
              <button
                ref={skipButton}
                type="button"
                onClick={() => setIsSkipping(true)}
                className={buttonClass("quiet", "md", "min-h-11")}
              >
                {strings.skip}
              </button>
            ) : null}
            {edited ? (
              <button
                type="button"
                onClick={() => setEdited(null)}
                className={buttonClass("quiet", "md", "min-h-11")}
              >
                {strings.back}
              </button>
            ) : null}
          </div>
        </>
      ) : (
        <section className="mt-8 space-y-3">
          <h2 className="font-serif text-2xl">
            {lease.isClosed ? strings.closedTitle : strings.finishedTitle}
          </h2>
          <p>{lease.isClosed ? strings.closedText : strings.finishedText(done)}</p>
          {lease.mayContinue ? (
            <>
              <p>{strings.moreText}</p>
              <button
                type="button"
                onClick={() => void ask(true)}
                className={buttonClass("primary", "md", "min-h-12 px-5 text-base")}
              >
                {strings.more}
              </button>
            </>
          ) : null}
        </section>
      )}
      {isListing ? null : (
        <p className="mt-6 border-t pt-3">
          <button
            type="button"
            onClick={() => setIsListing(true)}
            className="min-h-11 text-accent text-sm underline underline-offset-4"
          >
            {strings.mine(done + skipped)}
          </button>
        </p>
      )}
      {props.instructions && !isListing ? (
        <details className="text-sm">
          <summary className="min-h-11 cursor-pointer py-3">{strings.invited}</summary>
          <p className="whitespace-pre-line text-muted">{props.instructions}</p>
        </details>
      ) : null}
      {isSkipping && item ? (
        <SkipDialog
          opener={skipButton}
          language={display.language}
          strings={strings}
          onClose={() => setIsSkipping(false)}
          onSkip={async (reason, text) => {
            const answer = await server.skip({ taskId: item.taskId, reason, text });
            setIsSkipping(false);
            if (isRefused(answer)) setProblem(answer.problem);
            else showLease(answer.lease);
            heading.current?.focus();
          }}
        />
      ) : null}
    </RaterFrame>
  );
}
