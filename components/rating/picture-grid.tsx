/** The pictures of an item, of equal size, that appear together; on a phone held upright two lie one above the other. */
"use client";

import { useEffect, useRef, useState } from "react";
import type { AssignedItem } from "@/lib/ratings/assigned-item";
import { type InputKind, pointerKind } from "./input-kind";
import type { RaterStrings } from "./strings/rater-strings";

type Props = {
  studyId: string;
  item: AssignedItem;
  strings: RaterStrings;
  /** What stands on each picture, for instance its place in a ranking; null for nothing. */
  badges: readonly (string | null)[];
  isHidden: boolean;
  /** Called once, when all pictures can be seen. */
  onShown: (assignmentId: string) => void;
  /** Undefined where tapping a picture answers nothing. */
  onTap: ((place: number, inputKind: InputKind) => void) | undefined;
};

export function PictureGrid({ studyId, item, strings, badges, isHidden, onShown, onTap }: Props) {
  const elements = useRef<(HTMLImageElement | null)[]>([]);
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  const [attempt, setAttempt] = useState(0);
  const count = item.pictureTokens.length;

  // `attempt` is among the dependencies because a new attempt has new elements to wait for.
  useEffect(() => {
    let current = true;
    // All together: a picture that appears first would draw the eye.
    Promise.all(elements.current.slice(0, count).map((element) => element?.decode())).then(
      () => {
        if (!current) return;
        setState("shown");
        onShown(item.assignmentId);
      },
      () => current && setState("failed"),
    );
    return () => {
      current = false;
    };
  }, [attempt, count, item.assignmentId, onShown]);

  if (state === "failed") {
    return (
      <div role="alert" className="mt-4 grow rounded-lg border border-line bg-surface p-6 text-center">
        <p>{strings.loadFailed}</p>
        <button
          type="button"
          className="mt-3 rounded-md bg-accent px-4 py-2 font-medium text-on-accent"
          onClick={() => {
            setState("loading");
            setAttempt((tries) => tries + 1);
          }}
        >
          {strings.tryAgain}
        </button>
      </div>
    );
  }
  return (
    <div key={attempt} className={`mt-3 grid grow content-center sm:mt-5 ${gridClass(count)}`}>
      {item.pictureTokens.map((token, place) => {
        const name = pictureName(strings, count, place);
        const picture = (
          <>
            {/* A plain img: an optimiser would recompress what is being judged. */}
            <img
              ref={(element) => {
                elements.current[place] = element;
              }}
              src={`/api/rate/${studyId}/picture/${token}${attempt > 0 ? `?attempt=${attempt}` : ""}`}
              alt={name}
              draggable={false}
              className={`size-full object-contain transition-opacity duration-75 motion-reduce:transition-none ${state === "shown" && !isHidden ? "" : "opacity-0"}`}
            />
            {badges[place] ? (
              <span className="absolute top-2 left-2 rounded-full bg-accent px-3 py-1 font-medium text-on-accent text-sm">
                {badges[place]}
              </span>
            ) : null}
          </>
        );
        const shape = `relative aspect-square w-full justify-self-center overflow-hidden rounded-lg bg-sunken ${sizeClass(count)}`;
        return onTap ? (
          <button
            key={token}
            type="button"
            aria-label={[strings.choose(name), badges[place]].filter(Boolean).join(", ")}
            aria-disabled={state !== "shown"}
            onClick={(event) => onTap(place, pointerKind(event))}
            className={`${shape} outline-offset-4 hover:ring-3 hover:ring-accent`}
          >
            {picture}
          </button>
        ) : (
          <div key={token} className={shape}>
            {picture}
          </div>
        );
      })}
    </div>
  );
}

/** What a picture is called on the screen. */
export function pictureName(strings: RaterStrings, count: number, place: number): string {
  if (count !== 2) return strings.picture(place + 1);
  return place === 0 ? strings.leftPicture : strings.rightPicture;
}

function gridClass(count: number): string {
  if (count === 1) return "grid-cols-1";
  if (count === 2) return "grid-cols-2 gap-1.5 max-sm:portrait:grid-cols-1 sm:gap-5";
  return "grid-cols-2 gap-1.5 sm:grid-cols-3 sm:gap-4";
}

/** Everything that is judged together, and the answers below it, fit the screen without scrolling. */
function sizeClass(count: number): string {
  if (count === 1) return "max-w-[min(100%,52dvh)]";
  if (count === 2) return "max-h-[62dvh] max-sm:portrait:w-[min(100%,calc((100dvh-21rem)/2))]";
  return "max-h-[38dvh]";
}
