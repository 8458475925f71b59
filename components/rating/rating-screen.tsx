/** One item after the other: shows, preloads, takes the answer by key or tap, and never waits for the network. */
"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { raterQuestions } from "@/lib/questions/registry";
import type { AssignedItem, Lease } from "@/lib/rating/item/assigned-item";
import { AnswerControls } from "./answer-controls";
import { DisplayMenu } from "./display-menu";
import type { DisplaySettings } from "./display-settings";
import { FaultMarks } from "./fault-marks";
import { ImageGrid } from "./image-grid";
import { KeptAnswers } from "./kept-answers";
import { NoItem } from "./no-item";
import { PauseNote } from "./pause-note";
import { Preload } from "./preload";
import { RaterFrame } from "./rater-frame";
import { ImageAddressProvider, type RaterServer, studyServer } from "./rater-server";
import { RatingProgress } from "./rating-progress";
import { RatingTools } from "./rating-tools";
import { ReportDialog } from "./report-dialog";
import type { RaterStrings } from "./strings/rater-strings";
import { TrainingNote } from "./training-note";
import { useArrangedStrings } from "./use-arrangement";
import { useDisplaySettings } from "./use-display-settings";
import { type Rating, useRating } from "./use-rating";
import { useRatingKeys } from "./use-rating-keys";
import { ZoomView } from "./zoom-view";

type Props = {
  studyId: string;
  studyName: string;
  studyLanguage: string;
  /** BCP 47. The same for all items, so that it tells nothing of any. */
  captionLanguage: string;
  display: DisplaySettings;
  firstLease: Lease;
  /** The study's own where absent. */
  server?: RaterServer;
};

export function RatingScreen({
  studyId,
  studyName,
  studyLanguage,
  captionLanguage,
  display: stored,
  firstLease,
  server: given,
}: Props) {
  const chosen = useDisplaySettings(stored, studyLanguage);
  const display = { ...chosen, strings: useArrangedStrings(chosen.strings) };
  const server = useMemo(() => given ?? studyServer(studyId), [given, studyId]);
  const rating = useRating(studyId, server, firstLease);
  const [isReporting, setIsReporting] = useState(false);
  const [isZoomed, setIsZoomed] = useState(false);
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  // Remembered here: what was opened beside an item stays open when the screen has none any more.
  const [isKeptOpen, setIsKeptOpen] = useState(false);
  const zoom = useCallback(() => setIsZoomed(true), []);
  const report = useCallback(() => setIsReporting(true), []);
  const { shortcuts } = display.settings;
  useRatingKeys(rating, { shortcuts, isCovered: isZoomed || isMenuOpen || isReporting, onZoom: zoom });

  const { item, lease, training, unmarked } = rating;
  const { strings, language } = display;
  const main = useRef<HTMLElement>(null);
  const view = `${item?.assignmentId} ${unmarked === null} ${rating.isPaused}`;
  // Keyboard users continue from here, not from the top of the document, when the focused element is gone.
  useEffect(() => {
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [view]);

  const kept = (
    <KeptAnswers
      kept={rating.outgoing.kept}
      strings={strings}
      isOpen={isKeptOpen}
      onToggle={setIsKeptOpen}
      onSend={rating.sendKept}
      onRemove={rating.removeKept}
    />
  );
  if (training) {
    return (
      <RaterFrame display={display} onMenuOpenChange={setIsMenuOpen}>
        <TrainingNote
          {...training}
          captionLanguage={captionLanguage}
          display={display}
          onGoOn={rating.endTraining}
        />
      </RaterFrame>
    );
  }
  if (!item) {
    return (
      <RaterFrame display={display} onMenuOpenChange={setIsMenuOpen}>
        <NoItem rating={rating} strings={strings} />
        {kept}
      </RaterFrame>
    );
  }
  return (
    <ImageAddressProvider value={server.imageAddress}>
      <main
        ref={main}
        tabIndex={-1}
        lang={language}
        data-contrast={display.settings.highContrast ? "more" : undefined}
        className="mx-auto flex w-full max-w-5xl grow flex-col px-3 pt-2 pb-3 outline-none sm:px-6 sm:pt-4 sm:pb-5"
      >
        <h1 className="sr-only">{studyName}</h1>
        <RatingProgress
          lease={lease}
          answered={rating.answered}
          isTraining={item.isTraining}
          offline={
            rating.outgoing.isWaiting
              ? rating.outgoing.isUnsafe
                ? strings.offlineUnsafe
                : strings.offline
              : null
          }
          strings={strings}
        >
          <RatingTools rating={rating} strings={strings} onZoom={zoom} onReport={report}>
            <DisplayMenu display={display} onOpenChange={setIsMenuOpen} />
          </RatingTools>
        </RatingProgress>
        {rating.isPaused ? (
          <PauseNote strings={strings} fetchCode={server.fetchDeviceCode} onGoOn={rating.goOn} />
        ) : (
          <>
            <p className="mt-1 text-muted sm:text-lg" id="question">
              {strings.questions[item.question] ?? item.question}
            </p>
            <blockquote
              lang={captionLanguage}
              dir="auto"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a long caption scrolls, also by keyboard
              tabIndex={0}
              className="caption-text max-sm:max-h-[max(20dvh,4.5em)] max-sm:overflow-y-auto max-sm:overscroll-contain sm:[--caption-size:1.5rem] [--caption-size:1.125rem]"
              style={{ fontSize: `calc(var(--caption-size) * ${display.settings.captionScale})` }}
              aria-live="polite"
            >
              {item.caption}
            </blockquote>
            {rating.isRevising ? (
              <p role="status" className="mt-1 flex flex-wrap items-center gap-x-3 text-sm">
                {strings.undoing}
                <button type="button" className="min-h-11 underline" onClick={rating.keepAnswer}>
                  {strings.keepAnswer}
                </button>
              </p>
            ) : null}
            {unmarked ? (
              <FaultMarks
                item={item}
                firstPlace={raterQuestions[unmarked.answer.type].screen.worstPlace(unmarked.answer)}
                strings={strings}
                onDone={rating.finishMarks}
              />
            ) : (
              <Judging
                rating={rating}
                item={item}
                shortcuts={shortcuts}
                strings={strings}
                onReport={report}
              />
            )}
          </>
        )}
        {rating.refusal ? (
          <p role="alert" className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
            {strings.refusals[rating.refusal]}
          </p>
        ) : null}
        {kept}
        {isZoomed ? (
          <ZoomView
            item={item}
            language={language}
            strings={strings}
            shortcuts={shortcuts}
            onClose={() => setIsZoomed(false)}
          />
        ) : null}
        {isReporting ? (
          <ReportDialog
            assignmentId={item.assignmentId}
            maySkip={!rating.isRevising}
            language={language}
            strings={strings}
            onReport={rating.report}
            onClose={() => setIsReporting(false)}
          />
        ) : null}
        <Preload item={rating.nextItem} />
      </main>
    </ImageAddressProvider>
  );
}

function Judging({
  rating,
  item,
  shortcuts,
  strings,
  onReport,
}: {
  rating: Rating;
  item: AssignedItem;
  shortcuts: boolean;
  strings: RaterStrings;
  onReport: () => void;
}) {
  const { questionType, imageTokens } = item;
  const { taps, fromTaps } = raterQuestions[questionType].screen;
  return (
    <>
      <ImageGrid
        key={`${item.assignmentId} ${rating.isRevising}`}
        item={item}
        strings={strings}
        isReady={rating.isReady}
        badges={imageTokens.map((_, place) => {
          const turn = rating.tapped.indexOf(place);
          return turn < 0 ? null : (taps?.badge(strings.answers[questionType], turn) ?? null);
        })}
        onShown={rating.onShown}
        onReport={onReport}
        onFaulty={rating.passOnFaulty}
        onTap={fromTaps ? rating.tap : undefined}
      />
      <AnswerControls item={item} rating={rating} shortcuts={shortcuts} strings={strings} />
    </>
  );
}
