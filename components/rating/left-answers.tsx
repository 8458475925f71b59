/** On pages where nothing can be answered: sends what an earlier visit left on this device, and says how it went. */
"use client";

import { useEffect, useRef, useState } from "react";
import { AnswerOutbox, type OutboxState } from "./answer-outbox";
import { KeptAnswers } from "./kept-answers";
import type { RaterStrings } from "./strings/rater-strings";

export function LeftAnswers({ studyId, strings }: { studyId: string; strings: RaterStrings }) {
  const [state, setState] = useState<OutboxState | null>(null);
  const [sent, setSent] = useState(0);
  const [isKeptOpen, setIsKeptOpen] = useState(false);
  const outbox = useRef<AnswerOutbox | null>(null);
  useEffect(() => {
    const box = new AnswerOutbox(studyId, {
      onSettled: (_answer, { refusal }) => setSent((before) => before + (refusal === null ? 1 : 0)),
      onChange: setState,
    });
    outbox.current = box;
    void box.send();
    return () => box.stop();
  }, [studyId]);
  if (!state) return null;
  return (
    <>
      <p role="status" className="mt-4 text-sm text-muted empty:hidden">
        {state.waiting > 0 ? strings.sending(state.waiting) : sent > 0 ? strings.sent(sent) : ""}
      </p>
      <KeptAnswers
        kept={state.kept}
        strings={strings}
        isOpen={isKeptOpen}
        onToggle={setIsKeptOpen}
        onSend={() => outbox.current?.retryKept()}
        onRemove={() => outbox.current?.removeKept()}
      />
    </>
  );
}
