/** Two pictures of equal size that appear together: side by side, on a phone held upright the left one above. */
"use client";

import { useEffect, useRef, useState } from "react";
import type { AssignedPair } from "@/lib/ratings/lease-assignments";
import { pointerKind } from "./answer-buttons";
import type { Answer } from "./answer-outbox";

type Props = {
  studyId: string;
  pair: AssignedPair;
  /** Called once, when both pictures can be seen. */
  onShown: (assignmentId: string) => void;
  onChoose: (winner: "LEFT" | "RIGHT", inputKind: Answer["inputKind"]) => void;
};

export function PictureCompare({ studyId, pair, onShown, onChoose }: Props) {
  const left = useRef<HTMLImageElement>(null);
  const right = useRef<HTMLImageElement>(null);
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  const [attempt, setAttempt] = useState(0);

  // `attempt` is among the dependencies because a new attempt has new elements to wait for.
  useEffect(() => {
    let current = true;
    // Both together: a picture that appears first would draw the eye.
    Promise.all([left.current?.decode(), right.current?.decode()]).then(
      () => {
        if (!current) return;
        setState("shown");
        onShown(pair.assignmentId);
      },
      () => current && setState("failed"),
    );
    return () => {
      current = false;
    };
  }, [attempt, pair.assignmentId, onShown]);

  if (state === "failed") {
    return (
      <div role="alert" className="mt-4 grow rounded-lg border border-line bg-surface p-6 text-center">
        <p>The pictures did not arrive.</p>
        <button
          type="button"
          className="mt-3 rounded-md bg-accent px-4 py-2 font-medium text-on-accent"
          onClick={() => {
            setState("loading");
            setAttempt((count) => count + 1);
          }}
        >
          Try again
        </button>
      </div>
    );
  }
  const sides = [
    { side: "LEFT", name: "Left picture", token: pair.leftToken, element: left },
    { side: "RIGHT", name: "Right picture", token: pair.rightToken, element: right },
  ] as const;
  return (
    <div
      className="mt-3 grid grow grid-cols-2 content-center gap-1.5 max-sm:portrait:grid-cols-1 sm:mt-5 sm:gap-5"
      key={attempt}
    >
      {sides.map(({ side, name, token, element }) => (
        <button
          key={side}
          type="button"
          aria-label={`Choose the ${name.toLowerCase()}`}
          aria-disabled={state !== "shown"}
          onClick={(event) => onChoose(side, pointerKind(event))}
          className="group relative aspect-square max-h-[62dvh] w-full justify-self-center max-sm:portrait:w-[min(100%,calc((100dvh-18.5rem)/2))] overflow-hidden rounded-lg bg-sunken outline-offset-4 hover:ring-3 hover:ring-accent"
        >
          {/* A plain img: an optimiser would recompress what is being judged. */}
          <img
            ref={element}
            src={`/api/rate/${studyId}/picture/${token}${attempt > 0 ? `?attempt=${attempt}` : ""}`}
            alt={name}
            draggable={false}
            className={`size-full object-contain transition-opacity duration-75 ${state === "shown" ? "" : "opacity-0"}`}
          />
        </button>
      ))}
    </div>
  );
}
