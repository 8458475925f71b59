/** One item after the other: shows, preloads, takes the answer by key or tap, and never waits for the network. */
"use client";

import { Pause, Undo2 } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { AssignedItem, LastAnswer, Lease, TrainingFeedback } from "@/lib/ratings/assigned-item";
import type { PictureMarks, RaterAnswer } from "@/lib/ratings/rater-answer";
import { AnswerClock } from "./answer-clock";
import { AnswerOutbox, fetchLease, newClientKey } from "./answer-outbox";
import { FaultMarks } from "./fault-marks";
import type { InputKind } from "./input-kind";
import { keyToWinner, PairButtons } from "./pair-buttons";
import { PictureGrid } from "./picture-grid";
import { tapBadges, tapsNeeded, tapsToAnswer } from "./ranked-places";
import { RaterFrame } from "./rater-frame";
import { RatingProgress } from "./rating-progress";
import { ScaleButtons } from "./scale-buttons";
import { type RaterStrings, raterStrings } from "./strings/rater-strings";
import { StudyEnd } from "./study-end";
import { TrainingNote } from "./training-note";

type Props = { studyId: string; studyName: string; language: string; firstLease: Lease };

export function RatingScreen({ studyId, studyName, language, firstLease }: Props) {
  const strings = raterStrings(language);
  const [lease, setLease] = useState(firstLease);
  /** Answered here, perhaps not yet on the server; the lease of an older reply may still list them. */
  const [given, setGiven] = useState<ReadonlySet<string>>(() => new Set());
  const [waiting, setWaiting] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);
  const [ready, setReady] = useState<string | null>(null);
  const [last, setLast] = useState<LastAnswer | null>(firstLease.last);
  const [isRevising, setIsRevising] = useState(false);
  const [isPaused, setIsPaused] = useState(false);
  const [tapped, setTapped] = useState<readonly number[]>([]);
  /** An answer that waits for its marks. */
  const [unmarked, setUnmarked] = useState<{ answer: RaterAnswer; inputKind: InputKind } | null>(null);
  const [training, setTraining] = useState<{ item: AssignedItem; feedback: TrainingFeedback | null } | null>(
    null,
  );
  const outbox = useRef<AnswerOutbox | null>(null);
  const clock = useRef(new AnswerClock());
  /** The item that the clock runs for: after a pause it goes on, for another item it starts again. */
  const timedItem = useRef<string | null>(null);

  const open = lease.items.filter((item) => !given.has(item.assignmentId));
  const item = isRevising ? last?.item : open[0];
  const unconfirmed = lease.items.filter((each) => !each.isTraining && given.has(each.assignmentId)).length;
  const answered = lease.answered + unconfirmed;
  const isReady = item !== undefined && ready === item.assignmentId && !isPaused;

  useEffect(() => {
    const box = new AnswerOutbox(studyId, {
      onSettled: (settled, { lease: next, feedback, refusal }) => {
        setNotice(refusal);
        setTraining((shown) =>
          shown?.item.assignmentId !== settled.assignmentId
            ? shown
            : feedback
              ? { ...shown, feedback }
              : null,
        );
        if (next) setLease(next);
        else void fetchLease(studyId).then((renewed) => renewed && setLease(renewed));
      },
      onWaiting: setWaiting,
    });
    outbox.current = box;
    setGiven(new Set(box.pending.map((answer) => answer.assignmentId)));
    void box.send();
  }, [studyId]);

  useEffect(() => {
    const running = clock.current;
    const onVisibility = () => (document.hidden ? running.stop() : running.goOn());
    document.addEventListener("visibilitychange", onVisibility);
    return () => document.removeEventListener("visibilitychange", onVisibility);
  }, []);

  const onShown = useCallback((assignmentId: string) => {
    if (timedItem.current !== assignmentId) clock.current.restart();
    timedItem.current = assignmentId;
    setReady(assignmentId);
  }, []);

  const send = useCallback(
    (answer: RaterAnswer, marks: PictureMarks[], inputKind: InputKind) => {
      if (!item) return;
      const clientKey = newClientKey();
      outbox.current?.add({
        assignmentId: item.assignmentId,
        answer,
        marks,
        clientKey,
        ...(isRevising && last ? { revises: last.clientKey } : {}),
        latencyMs: clock.current.elapsedMs,
        viewportPx: `${window.innerWidth}x${window.innerHeight}`,
        inputKind,
      });
      setNotice(null);
      setTapped([]);
      setUnmarked(null);
      setReady(null);
      timedItem.current = null;
      setIsRevising(false);
      setGiven((before) => new Set(before).add(item.assignmentId));
      setLast(item.isTraining ? null : { item, answer, marks, clientKey });
      if (item.isTraining) setTraining({ item, feedback: null });
    },
    [item, isRevising, last],
  );

  const answer = useCallback(
    (value: RaterAnswer, inputKind: InputKind) => {
      // Nobody can have judged pictures that are not on the screen yet.
      if (!item || !isReady) return;
      if (item.marksWords || item.marksPlaces) setUnmarked({ answer: value, inputKind });
      else send(value, [], inputKind);
    },
    [item, isReady, send],
  );

  const tap = useCallback(
    (place: number, inputKind: InputKind) => {
      if (!item || !isReady) return;
      if (item.questionType === "pair") {
        answer({ type: "pair", winner: place === 0 ? "left" : "right" }, inputKind);
        return;
      }
      const count = item.pictureTokens.length;
      if (place >= count) return;
      const next = tapped.includes(place) ? tapped.filter((each) => each !== place) : [...tapped, place];
      setTapped(next);
      const complete = tapsToAnswer(item.questionType, count, next);
      if (complete) answer(complete, inputKind);
    },
    [item, isReady, tapped, answer],
  );

  const undo = useCallback(() => {
    if (tapped.length > 0) setTapped(tapped.slice(0, -1));
    else if (unmarked) setUnmarked(null);
    else if (last) {
      setReady(null);
      setIsRevising(true);
    }
  }, [tapped, unmarked, last]);

  function pause(on: boolean) {
    if (on) clock.current.stop();
    else clock.current.goOn();
    setIsPaused(on);
  }

  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || !item || unmarked || training)
        return;
      const act = keyAction(event.key, item, { answer, tap, undo });
      if (!act) return;
      event.preventDefault();
      act();
    }
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [item, unmarked, training, answer, tap, undo]);

  if (training) {
    return <TrainingNote {...training} strings={strings} onGoOn={() => setTraining(null)} />;
  }
  if (!item) {
    return lease.items.length > open.length ? (
      <RaterFrame>
        <h1 className="font-serif text-2xl">{strings.waitingTitle}</h1>
        <p className="mt-3 text-muted" role="status">
          {strings.waitingText(lease.items.length - open.length)}
        </p>
      </RaterFrame>
    ) : (
      <StudyEnd
        end={lease.end ?? "nothing-open"}
        answered={answered}
        completion={lease.completion}
        strings={strings}
      />
    );
  }
  const count = item.pictureTokens.length;
  const question = strings.questions[item.question] ?? item.question;
  return (
    <main
      lang={language}
      className="mx-auto flex min-h-dvh w-full max-w-5xl flex-col px-3 pt-3 pb-4 sm:px-6 sm:pt-5"
    >
      <h1 className="sr-only">{studyName}</h1>
      <RatingProgress
        lease={lease}
        answered={isRevising ? Math.max(0, answered - 1) : answered}
        isTraining={item.isTraining}
        waiting={waiting}
        strings={strings}
      />
      <div className="mt-1 flex items-start justify-between gap-3">
        <p className="pt-2 text-sm text-muted sm:text-base" id="question">
          {question}
        </p>
        <div className="flex shrink-0 gap-1">
          <ToolButton
            label={strings.undo}
            disabled={!last && tapped.length === 0 && !unmarked}
            onPress={undo}
            icon={<Undo2 className="size-5" aria-hidden="true" />}
          />
          <ToolButton
            label={strings.pause}
            disabled={isPaused}
            onPress={() => pause(true)}
            icon={<Pause className="size-5" aria-hidden="true" />}
          />
        </div>
      </div>
      <blockquote lang="en" className="caption-text text-[1.125rem] sm:text-2xl" aria-live="polite">
        {item.caption}
      </blockquote>
      {isRevising ? (
        <p role="status" className="mt-2 flex flex-wrap items-center gap-3 text-sm">
          {strings.undoing}
          <button
            type="button"
            className="min-h-11 underline"
            onClick={() => {
              setReady(null);
              setIsRevising(false);
            }}
          >
            {strings.keepAnswer}
          </button>
        </p>
      ) : null}
      {isPaused ? (
        <section className="mt-6 grow rounded-lg border border-line bg-surface p-6 text-center">
          <h2 className="font-serif text-2xl">{strings.paused}</h2>
          <p className="mt-2 text-muted">{strings.pausedText}</p>
          <button
            type="button"
            className="mt-4 min-h-13 rounded-md bg-accent px-5 font-medium text-on-accent"
            onClick={() => pause(false)}
          >
            {strings.goOn}
          </button>
        </section>
      ) : unmarked ? (
        <FaultMarks
          studyId={studyId}
          item={item}
          firstPlace={worstPlace(unmarked.answer)}
          strings={strings}
          onDone={(marks) => send(unmarked.answer, marks, unmarked.inputKind)}
        />
      ) : (
        <>
          <PictureGrid
            key={`${item.assignmentId} ${isRevising}`}
            studyId={studyId}
            item={item}
            strings={strings}
            badges={tapBadges(item.questionType, count, tapped, strings)}
            isHidden={isPaused}
            onShown={onShown}
            onTap={item.questionType === "likert" ? undefined : tap}
          />
          <AnswerControls
            item={item}
            strings={strings}
            tapped={tapped}
            disabled={!isReady}
            onAnswer={answer}
          />
        </>
      )}
      {notice && (
        <p role="alert" className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {notice}
        </p>
      )}
      <Preload studyId={studyId} item={isRevising ? open[0] : open[1]} />
    </main>
  );
}

/** What a key does on this item; null where it does nothing. */
function keyAction(
  key: string,
  item: AssignedItem,
  act: {
    answer: (answer: RaterAnswer, inputKind: InputKind) => void;
    tap: (place: number, inputKind: InputKind) => void;
    undo: () => void;
  },
): (() => void) | null {
  if (key === "u" || key === "Backspace") return act.undo;
  if (item.questionType === "pair") {
    const winner = keyToWinner(key);
    return winner ? () => act.answer({ type: "pair", winner }, "key") : null;
  }
  const digit = /^[1-9]$/.test(key) ? Number(key) : null;
  if (digit === null) return null;
  if (item.questionType === "likert") {
    return digit <= 5 ? () => act.answer({ type: "likert", score: digit }, "key") : null;
  }
  return () => act.tap(digit - 1, "key");
}

/** The picture that most likely has faults. */
function worstPlace(answer: RaterAnswer): number {
  switch (answer.type) {
    case "pair":
      return answer.winner === "left" ? 1 : 0;
    case "likert":
      return 0;
    case "ranking":
      return answer.order.at(-1)!;
    case "best-worst":
      return answer.worst;
  }
}

function AnswerControls({
  item,
  strings,
  tapped,
  disabled,
  onAnswer,
}: {
  item: AssignedItem;
  strings: RaterStrings;
  tapped: readonly number[];
  disabled: boolean;
  onAnswer: (answer: RaterAnswer, inputKind: InputKind) => void;
}) {
  switch (item.questionType) {
    case "pair":
      return (
        <PairButtons
          strings={strings}
          disabled={disabled}
          onAnswer={(winner, inputKind) => onAnswer({ type: "pair", winner }, inputKind)}
        />
      );
    case "likert":
      return (
        <ScaleButtons
          strings={strings}
          disabled={disabled}
          onAnswer={(score, inputKind) => onAnswer({ type: "likert", score }, inputKind)}
        />
      );
    case "ranking":
    case "best-worst": {
      const hint =
        item.questionType === "ranking"
          ? strings.rankHint
          : tapped.length === 0
            ? strings.bestHint
            : strings.worstHint;
      return (
        <p role="status" className="mt-4 text-center font-medium">
          {hint}
          <span className="numeric ml-2 text-muted">
            {tapped.length}/{tapsNeeded(item.questionType, item.pictureTokens.length)}
          </span>
        </p>
      );
    }
  }
}

function ToolButton({
  label,
  icon,
  disabled,
  onPress,
}: {
  label: string;
  icon: React.ReactNode;
  disabled: boolean;
  onPress: () => void;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onPress}
      className="grid size-10 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink disabled:opacity-40"
    >
      {icon}
    </button>
  );
}

function Preload({ studyId, item }: { studyId: string; item: AssignedItem | undefined }) {
  useEffect(() => {
    if (!item) return;
    for (const token of item.pictureTokens) {
      const picture = new Image();
      picture.src = `/api/rate/${studyId}/picture/${token}`;
      // Decoding ahead is only a favour; the picture itself reports what goes wrong.
      picture.decode().catch(() => {});
    }
  }, [studyId, item]);
  return null;
}
