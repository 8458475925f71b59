/** The images of an item, of equal size, that appear together; on a phone held upright two lie one above the other. */
"use client";

import { type CSSProperties, useEffect, useRef, useState } from "react";
import type { AssignedItem } from "@/lib/rating/item/assigned-item";
import { findFailure } from "./failed-images";
import { imageName } from "./image-name";
import { type InputKind, pointerKind } from "./input-kind";
import { useImageAddress } from "./rater-server";
import type { RaterStrings } from "./strings/rater-strings";

/** Between two looks at images that did not appear; the last one stays. */
const pausesMs = [300, 2000, 5000, 10_000, 20_000];
/** Images that arrive whole and still do not appear so many times never will on this device. */
const mostSpurious = 2;
/** After so many looks, half a minute, the rater goes on to another item if the server takes the report of this one. */
const mostUnreachable = 4;

/** What stands on an image that was tapped, and how it is spoken. */
type Badge = { text: string; spoken: string };

type Props = {
  item: AssignedItem;
  strings: RaterStrings;
  badges: readonly (Badge | null)[];
  /** Whether a tap is an answer already. */
  isReady: boolean;
  /** Called once, when all images can be seen. */
  onShown: (assignmentId: string) => void;
  /** Leads to a report of what is wrong. */
  onReport: () => void;
  /** Reports that an image cannot be shown to anybody, and goes on to another item; false where the report did not arrive. */
  onFaulty: (assignmentId: string) => Promise<boolean>;
  /** Undefined where tapping an image answers nothing. */
  onTap: ((place: number, inputKind: InputKind) => void) | undefined;
};

export function ImageGrid({ item, strings, badges, isReady, onShown, onReport, onFaulty, onTap }: Props) {
  const elements = useRef<(HTMLImageElement | null)[]>([]);
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  const [attempt, setAttempt] = useState(0);
  /** How often was asked why they did not appear. */
  const [looks, setLooks] = useState(0);
  const imageAddress = useImageAddress();
  const count = item.imageTokens.length;

  // `attempt` is among the dependencies because a new attempt has new elements to wait for.
  useEffect(() => {
    let current = true;
    // All together: an image that appears first would draw the eye.
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

  function tryAgain() {
    setState("loading");
    setAttempt((tries) => tries + 1);
  }

  const latest = useRef({ item, imageAddress, onFaulty });
  latest.current = { item, imageAddress, onFaulty };
  useEffect(() => {
    if (state !== "failed") return;
    const left = new AbortController();
    const timer = setTimeout(
      async () => {
        const { item: failed, imageAddress: addressOf, onFaulty: report } = latest.current;
        const failure = await findFailure(failed.imageTokens.map(addressOf), left.signal);
        if (left.signal.aborted) return;
        const isGivenUp =
          failure === "faulty" || looks >= (failure === "none" ? mostSpurious : mostUnreachable);
        if (isGivenUp && (await report(failed.assignmentId))) return;
        if (left.signal.aborted) return;
        setLooks((before) => before + 1);
        if (failure === "none") tryAgain();
      },
      pausesMs[Math.min(looks, pausesMs.length - 1)],
    );
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [state, looks]);

  useEffect(() => {
    if (state !== "failed") return;
    window.addEventListener("online", tryAgain);
    return () => window.removeEventListener("online", tryAgain);
  }, [state]);

  if (state === "failed") {
    return (
      <div role="alert" className="mt-4 grow rounded-lg border border-line bg-surface p-6 text-center">
        <p>{strings.loadFailed}</p>
        <button
          type="button"
          className="mt-3 min-h-11 rounded-md bg-accent px-4 font-medium text-on-accent"
          onClick={tryAgain}
        >
          {strings.tryAgain}
        </button>
        <button
          type="button"
          className="mt-3 ms-2 min-h-11 rounded-md border border-field px-4 font-medium"
          onClick={onReport}
        >
          {strings.report}
        </button>
      </div>
    );
  }
  return (
    <div key={attempt} className="image-room mt-2 sm:mt-4" style={gridShape(count)}>
      <div className="image-grid">
        {item.imageTokens.map((token, place) => {
          const name = imageName(strings, count, place);
          const image = (
            <>
              {/* A plain img: an optimiser would recompress what is being judged. */}
              <img
                ref={(element) => {
                  elements.current[place] = element;
                }}
                src={`${imageAddress(token)}${attempt > 0 ? `?attempt=${attempt}` : ""}`}
                alt={name}
                draggable={false}
                className={`size-full object-contain ${state === "shown" ? "" : "opacity-0"}`}
              />
              {count > 2 ? (
                <span
                  aria-hidden="true"
                  className="numeric absolute top-1 right-1 min-w-6 rounded-sm bg-surface px-1 text-center text-muted text-sm"
                >
                  {place + 1}
                </span>
              ) : null}
              {badges[place] ? (
                <span className="absolute top-1 left-1 rounded-full bg-accent px-3 py-1 font-medium text-on-accent text-sm">
                  {badges[place].text}
                </span>
              ) : null}
            </>
          );
          const shape = "relative aspect-square w-full overflow-hidden rounded-lg bg-sunken";
          return onTap ? (
            <button
              key={token}
              type="button"
              aria-label={[strings.choose(name), badges[place]?.spoken].filter(Boolean).join(", ")}
              aria-disabled={!isReady}
              onClick={(event) => onTap(place, pointerKind(event))}
              className={`${shape} hover:ring-3 hover:ring-accent`}
            >
              {image}
            </button>
          ) : (
            <div key={token} className={shape}>
              {image}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** How many images stand beside and below each other, on wide and on narrow screens; see `image-room`. */
function gridShape(count: number): CSSProperties {
  const wide = Math.min(count, count === 4 ? 2 : 3);
  const narrow = Math.min(count, 2);
  return {
    "--wide-columns": wide,
    "--wide-rows": Math.ceil(count / wide),
    "--narrow-columns": narrow,
    "--narrow-rows": Math.ceil(count / narrow),
    // Two images lie below each other where a screen is held upright.
    "--stacked-columns": count === 2 ? 1 : narrow,
    "--stacked-rows": count === 2 ? 2 : Math.ceil(count / narrow),
  } as CSSProperties;
}
