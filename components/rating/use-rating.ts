/** What a rater's screen knows and does: which item is up, the answer in the making, undo, pause, the training round. */
"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { RaterAnswer } from "@/lib/questions/question-types";
import type { ImageMarks } from "@/lib/questions/rater-answer";
import { raterQuestions } from "@/lib/questions/registry";
import type { AssignedItem, LastAnswer, Lease, TrainingFeedback } from "@/lib/rating/item/assigned-item";
import type { ItemReport } from "@/lib/rating/item/item-report";
import { AnswerClock } from "./answer-clock";
import { newClientKey, type OutboxState } from "./answer-outbox";
import type { Refusal } from "./given-answer";
import type { InputKind } from "./input-kind";
import type { RaterServer } from "./rater-server";
import { storedInEvent } from "./stored-answers";

/** After so long a look at another tab the items in hand may have gone to somebody else. */
const staleAfterMs = 60_000;

export type Rating = ReturnType<typeof useRating>;

export function useRating(studyId: string, server: RaterServer, firstLease: Lease) {
  const [lease, setLease] = useState(firstLease);
  /** Answered here, perhaps not yet on the server; the lease of an older reply may still list them. */
  const [given, setGiven] = useState<ReadonlySet<string>>(() => new Set());
  const [outgoing, setOutgoing] = useState<OutboxState>({
    isWaiting: false,
    isUnsafe: false,
    waiting: 0,
    kept: [],
  });
  /** Whether the server does not know this browser any more. */
  const [isUnknown, setIsUnknown] = useState(false);
  /** When the lease came, in performance.now(); 0 where another tab has answered since. */
  const leasedAt = useRef(Number.POSITIVE_INFINITY);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
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
  const outbox = useRef<ReturnType<RaterServer["openOutbox"]> | null>(null);
  const clock = useRef(new AnswerClock());
  /** The item that the clock runs for: after a pause it goes on, for another item it starts again. */
  const timedItem = useRef<string | null>(null);
  /** How long an item must have been on the screen; nothing for one that is answered again. */
  const minimumMs = useRef(0);
  const readyTimer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const open = lease.items.filter((item) => !given.has(item.assignmentId));
  const item = isRevising && last ? last.item : open[0];
  const unconfirmed = lease.items.filter((each) => !each.isTraining && given.has(each.assignmentId)).length;
  const isReady = item !== undefined && ready === item.assignmentId && !isPaused;
  useEffect(() => {
    minimumMs.current = isRevising ? 0 : lease.minimumMs;
  }, [isRevising, lease.minimumMs]);

  const take = useCallback((next: Lease) => {
    leasedAt.current = performance.now();
    setLease(next);
    setIsUnknown(false);
  }, []);

  /** The items in hand as they are now; null where the server has none for this browser. */
  const renew = useCallback(async (): Promise<Lease | null> => {
    leasedAt.current = performance.now();
    const next = await server.fetchLease();
    if (typeof next !== "string") {
      take(next);
      return next;
    }
    setIsUnknown(next === "unknown");
    return null;
  }, [server, take]);

  useEffect(() => {
    leasedAt.current = performance.now();
    const box = server.openOutbox({
      onSettled: async (settled, reply) => {
        setRefusal(reply.refusal);
        setTraining((shown) =>
          shown?.item.assignmentId !== settled.assignmentId
            ? shown
            : reply.feedback
              ? { ...shown, feedback: reply.feedback }
              : null,
        );
        if (reply.lease) take(reply.lease);
        const next = reply.lease ?? (await renew());
        if (!reply.refusal) return;
        // What was not taken may be handed out once more, and cannot be taken back.
        setGiven((before) => new Set([...before].filter((id) => id !== settled.assignmentId)));
        setLast((shown) => (shown?.clientKey === settled.clientKey ? (next?.last ?? null) : shown));
      },
      onChange: setOutgoing,
    });
    outbox.current = box;
    setGiven(new Set(box.pending.map((answer) => answer.assignmentId)));
    void box.send();

    const left = new AbortController();
    const { signal } = left;
    // Another tab of this browser answers the same items.
    const onStorage = (event: StorageEvent) => {
      const found = storedInEvent(studyId, event);
      if (!found) return;
      const { answer } = found;
      if (answer) setGiven((before) => new Set(before).add(answer.assignmentId));
      else if (document.hidden) leasedAt.current = 0;
      else void renew();
    };
    const onLook = () => {
      if (document.hidden) return;
      void box.send();
      if (performance.now() - leasedAt.current > staleAfterMs || leasedAt.current === 0) void renew();
    };
    window.addEventListener("storage", onStorage, { signal });
    document.addEventListener("visibilitychange", onLook, { signal });
    return () => {
      left.abort();
      box.stop();
    };
  }, [studyId, server, renew, take]);

  const isUnsafe = outgoing.isUnsafe;
  useEffect(() => {
    if (!isUnsafe) return;
    // The browser asks before it closes a page that holds what nothing else does.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isUnsafe]);

  useEffect(() => {
    const running = clock.current;
    const onVisibility = () => (document.hidden || isPaused ? running.stop() : running.goOn());
    onVisibility();
    document.addEventListener("visibilitychange", onVisibility);
    return () => document.removeEventListener("visibilitychange", onVisibility);
  }, [isPaused]);

  const onShown = useCallback((assignmentId: string) => {
    if (timedItem.current !== assignmentId) clock.current.restart();
    timedItem.current = assignmentId;
    clearTimeout(readyTimer.current);
    const leftMs = minimumMs.current - clock.current.elapsedMs;
    if (leftMs <= 0) setReady(assignmentId);
    else readyTimer.current = setTimeout(() => setReady(assignmentId), leftMs);
  }, []);
  useEffect(() => () => clearTimeout(readyTimer.current), []);

  function send(answer: RaterAnswer, marks: ImageMarks[], inputKind: InputKind) {
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
    setRefusal(null);
    setTapped([]);
    setUnmarked(null);
    setReady(null);
    timedItem.current = null;
    setIsRevising(false);
    setGiven((before) => new Set(before).add(item.assignmentId));
    setLast(item.isTraining ? null : { item, answer, marks, clientKey });
    if (item.isTraining) setTraining({ item, feedback: null });
  }

  function answer(value: RaterAnswer, inputKind: InputKind) {
    // Nobody can have judged images that are not on the screen yet.
    if (!item || !isReady) return;
    if (item.marksWords || item.marksPlaces) setUnmarked({ answer: value, inputKind });
    else send(value, [], inputKind);
  }

  function tap(place: number, inputKind: InputKind) {
    if (!item || !isReady) return;
    const { fromTaps } = raterQuestions[item.questionType].screen;
    const count = item.imageTokens.length;
    if (!fromTaps || place >= count) return;
    const next = tapped.includes(place) ? tapped.filter((each) => each !== place) : [...tapped, place];
    setTapped(next);
    const complete = fromTaps(next, count);
    if (complete) answer(complete, inputKind);
  }

  const isOver = lease.end === "screened-out" || lease.end === "excluded" || lease.end === "closed";
  const canRevise = last !== null && !isRevising && !isOver;
  const canUndo = !isPaused && (tapped.length > 0 || unmarked !== null || canRevise);

  /** The last tap, else the answer that waits for its marks, else the last answer given. */
  function undo() {
    if (!canUndo) return;
    if (unmarked) {
      setUnmarked(null);
      setReady(null);
      setTapped((before) => before.slice(0, -1));
    } else if (tapped.length > 0) {
      setTapped(tapped.slice(0, -1));
    } else {
      setReady(null);
      setIsRevising(true);
    }
  }

  function keepAnswer() {
    setTapped([]);
    setUnmarked(null);
    setReady(null);
    setIsRevising(false);
  }

  function pause() {
    setReady(null);
    setIsPaused(true);
  }

  async function report(what: ItemReport): Promise<boolean> {
    const next = await server.report(what);
    if (!next) return false;
    if (what.skips) {
      setTapped([]);
      timedItem.current = null;
    }
    take(next);
    return true;
  }

  /** As a report by the rater, made by the screen. An answer that was to be changed stays as it is. */
  async function passOnFaulty(assignmentId: string): Promise<boolean> {
    const isTaken = await report({ assignmentId, reason: "image", skips: !isRevising, isAutomatic: true });
    if (isTaken && isRevising) keepAnswer();
    return isTaken;
  }

  async function goOn() {
    setIsPaused(false);
    // The items may have gone to somebody else meanwhile.
    await renew();
  }

  return {
    item,
    /** What may come next, to be loaded ahead. */
    nextItem: isRevising ? open[0] : open[1],
    lease,
    answered: lease.answered + unconfirmed - (isRevising ? 1 : 0),
    /** Answers on their way to the server while there is nothing else to show. */
    unsent: lease.items.length - open.length,
    outgoing,
    isUnknown,
    sendKept: () => outbox.current?.retryKept(),
    removeKept: () => outbox.current?.removeKept(),
    refusal,
    isReady,
    isRevising,
    isPaused,
    tapped,
    unmarked,
    training,
    canUndo,
    onShown,
    answer,
    tap,
    undo,
    startOver: () => setTapped([]),
    keepAnswer,
    pause,
    goOn,
    report,
    passOnFaulty,
    finishMarks: (marks: ImageMarks[]) => unmarked && send(unmarked.answer, marks, unmarked.inputKind),
    endTraining: () => setTraining(null),
  };
}
