/** One pair after the other: shows, preloads, takes the answer by key or tap, and never waits for the network. */
"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { AssignedPair, Lease } from "@/lib/ratings/lease-assignments";
import { AnswerButtons, keyToWinner } from "./answer-buttons";
import { type Answer, AnswerOutbox, fetchLease, newClientKey } from "./answer-outbox";
import { PictureCompare } from "./picture-compare";
import { RaterFrame } from "./rater-frame";
import { RatingProgress } from "./rating-progress";

type Props = { studyId: string; studyName: string; firstLease: Lease };

export function RatingScreen({ studyId, studyName, firstLease }: Props) {
  const [lease, setLease] = useState(firstLease);
  /** Answered here, perhaps not yet on the server; the lease of an older reply may still list them. */
  const [given, setGiven] = useState<ReadonlySet<string>>(() => new Set());
  const [waiting, setWaiting] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);
  const [ready, setReady] = useState<string | null>(null);
  const outbox = useRef<AnswerOutbox | null>(null);
  const shownAt = useRef(0);

  const open = lease.pairs.filter((pair) => !given.has(pair.assignmentId));
  const pair = open[0];
  const unconfirmed = lease.pairs.length - open.length;
  const answered = lease.answered + unconfirmed;

  useEffect(() => {
    const box = new AnswerOutbox(studyId, {
      onSettled: (_answer, next, refusal) => {
        setNotice(refusal);
        if (next) setLease(next);
        else void fetchLease(studyId).then((renewed) => renewed && setLease(renewed));
      },
      onWaiting: setWaiting,
    });
    outbox.current = box;
    setGiven(new Set(box.pending.map((answer) => answer.assignmentId)));
    void box.send();
  }, [studyId]);

  const onShown = useCallback((assignmentId: string) => {
    shownAt.current = performance.now();
    setReady(assignmentId);
  }, []);

  const answer = useCallback(
    (winner: Answer["winner"], inputKind: Answer["inputKind"]) => {
      // Nobody can have judged pictures that are not on the screen yet.
      if (!pair || ready !== pair.assignmentId) return;
      setNotice(null);
      setGiven((before) => new Set(before).add(pair.assignmentId));
      outbox.current?.add({
        assignmentId: pair.assignmentId,
        winner,
        clientKey: newClientKey(),
        latencyMs: Math.round(performance.now() - shownAt.current),
        viewportPx: `${window.innerWidth}x${window.innerHeight}`,
        inputKind,
      });
    },
    [pair, ready],
  );

  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const winner = keyToWinner(event.key);
      if (!winner) return;
      event.preventDefault();
      answer(winner, "key");
    }
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [answer]);

  if (!pair) {
    return unconfirmed > 0 ? (
      <RaterFrame>
        <h1 className="font-serif text-2xl">Waiting for the connection</h1>
        <p className="mt-3 text-muted" role="status">
          Your last {unconfirmed === 1 ? "answer is" : `${unconfirmed} answers are`} safe on this device and
          will be sent by themselves. Keep this page open.
        </p>
      </RaterFrame>
    ) : (
      <Finished answered={answered} closedEarly={answered === 0} />
    );
  }
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-5xl flex-col px-3 pt-3 pb-4 sm:px-6 sm:pt-5">
      <h1 className="sr-only">{studyName}</h1>
      <RatingProgress answered={answered} asked={lease.asked} waiting={waiting} />
      <p className="mt-3 text-sm text-muted sm:mt-5 sm:text-base" id="question">
        {pair.question}
      </p>
      <blockquote className="caption-text mt-1 text-[1.125rem] sm:text-2xl" aria-live="polite">
        {pair.caption}
      </blockquote>
      <PictureCompare
        key={pair.assignmentId}
        studyId={studyId}
        pair={pair}
        onShown={onShown}
        onChoose={(winner, inputKind) => answer(winner, inputKind)}
      />
      <AnswerButtons disabled={ready !== pair.assignmentId} onAnswer={answer} />
      {notice && (
        <p role="alert" className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {notice}
        </p>
      )}
      <Preload studyId={studyId} pair={open[1]} />
    </main>
  );
}

function Preload({ studyId, pair }: { studyId: string; pair: AssignedPair | undefined }) {
  useEffect(() => {
    if (!pair) return;
    for (const token of [pair.leftToken, pair.rightToken]) {
      const picture = new Image();
      picture.src = `/api/rate/${studyId}/picture/${token}`;
      // Decoding ahead is only a favour; the picture itself reports what goes wrong.
      picture.decode().catch(() => {});
    }
  }, [studyId, pair]);
  return null;
}

function Finished({ answered, closedEarly }: { answered: number; closedEarly: boolean }) {
  return (
    <RaterFrame>
      <h1 className="font-serif text-3xl">{closedEarly ? "Nothing to compare just now" : "Thank you"}</h1>
      <p className="mt-3 text-lg" role="status">
        {closedEarly
          ? "All pairs are answered, or in other people's hands. Come back in a while: some may become free again."
          : `You have compared ${answered} ${answered === 1 ? "pair" : "pairs"}. All your answers are saved; you can close this page.`}
      </p>
    </RaterFrame>
  );
}
