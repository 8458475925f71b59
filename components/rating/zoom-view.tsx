/** The images of an item one at a time, filling the screen: all at the same scale and position, so that none has an advantage. */
"use client";

import { Minus, Plus, X } from "lucide-react";
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import type { AssignedItem } from "@/lib/rating/item/assigned-item";
import { imageName } from "./image-name";
import { ModalDialog } from "./modal-dialog";
import { useImageAddress } from "./rater-server";
import type { RaterStrings } from "./strings/rater-strings";

/** 1 fits the screen. */
const zoomTimes = [1, 2, 4] as const;

type Point = { x: number; y: number };
const middle: Point = { x: 0.5, y: 0.5 };

export function ZoomView({
  item,
  language,
  strings,
  shortcuts,
  onClose,
}: {
  item: AssignedItem;
  language: string;
  strings: RaterStrings;
  /** Single characters do something; arrows and Escape always do. */
  shortcuts: boolean;
  onClose: () => void;
}) {
  const imageAddress = useImageAddress();
  const count = item.imageTokens.length;
  const [place, setPlace] = useState(0);
  const [level, setLevel] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  /** What is to be in the middle once the image has its new size, in shares of the image. */
  const centre = useRef<Point>(middle);
  const times = zoomTimes[level]!;

  // `times` is what the effect waits for: by then the image has its new size.
  useLayoutEffect(() => {
    const view = frame.current;
    if (!view) return;
    view.scrollLeft = centre.current.x * view.scrollWidth - view.clientWidth / 2;
    view.scrollTop = centre.current.y * view.scrollHeight - view.clientHeight / 2;
  }, [times]);

  function zoom(to: number, around?: Point) {
    const next = Math.min(zoomTimes.length - 1, Math.max(0, to));
    centre.current = around ?? pointInMiddle(frame.current);
    setLevel(next);
  }

  function onKeyDown(event: KeyboardEvent) {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || (key.length === 1 && !shortcuts)) return;
    const digit = /^[1-9]$/.test(key) ? Number(key) : 0;
    if (key === "z") onClose();
    else if (key === "+" || key === "=") zoom(level + 1);
    else if (key === "-") zoom(level - 1);
    else if (digit >= 1 && digit <= count) setPlace(digit - 1);
    else if (level === 0 && key === "ArrowLeft") setPlace(Math.max(0, place - 1));
    else if (level === 0 && key === "ArrowRight") setPlace(Math.min(count - 1, place + 1));
    else return;
    event.preventDefault();
  }

  return (
    <ModalDialog
      lang={language}
      aria-label={strings.zoomTitle}
      onKeyDown={onKeyDown}
      onClose={onClose}
      className="inset-0 size-full max-h-none bg-canvas"
    >
      <div className="flex size-full flex-col gap-2 p-2 sm:p-4">
        <p className="text-center text-muted text-sm">{strings.zoomHint}</p>
        <div className="min-h-0 grow [container-type:size]">
          <div ref={frame} className="flex size-full overflow-auto overscroll-contain">
            <button
              type="button"
              aria-label={`${imageName(strings, count, place)}, ${strings.zoomTimes(times)}`}
              onClick={(event) => zoom(level === 0 ? 1 : 0, pointOfClick(event))}
              style={{ width: `calc(min(100cqw, 100cqh) * ${times})` }}
              className={`relative m-auto aspect-square shrink-0 overflow-hidden rounded-md bg-sunken -outline-offset-3 ${level === 0 ? "cursor-zoom-in" : "cursor-zoom-out"}`}
            >
              {item.imageTokens.map((token, at) => (
                <img
                  key={token}
                  src={imageAddress(token)}
                  alt=""
                  draggable={false}
                  className={`absolute inset-0 size-full object-contain ${at === place ? "" : "invisible"}`}
                />
              ))}
            </button>
          </div>
        </div>
        <div className="mx-auto flex w-full max-w-xl flex-wrap justify-center gap-2">
          {count > 1 ? (
            <fieldset className="flex grow gap-1" aria-label={strings.markWhich}>
              {item.imageTokens.map((token, at) => (
                <button
                  key={token}
                  type="button"
                  aria-pressed={at === place}
                  aria-label={imageName(strings, count, at)}
                  onClick={() => setPlace(at)}
                  className="min-h-12 grow rounded-md border border-field px-2 font-medium aria-pressed:border-2 aria-pressed:border-accent aria-pressed:bg-accent-soft forced-colors:aria-pressed:outline-2"
                >
                  {count === 2 ? (at === 0 ? strings.left : strings.right) : at + 1}
                </button>
              ))}
            </fieldset>
          ) : null}
          <div className="flex grow gap-1">
            <button
              type="button"
              aria-label={strings.zoomOut}
              aria-disabled={level === 0}
              onClick={() => zoom(level - 1)}
              className={stepClass}
            >
              <Minus className="size-5" aria-hidden="true" />
            </button>
            <button
              type="button"
              aria-label={strings.zoomIn}
              aria-disabled={level === zoomTimes.length - 1}
              onClick={() => zoom(level + 1)}
              className={stepClass}
            >
              <Plus className="size-5" aria-hidden="true" />
            </button>
            <button
              type="button"
              onClick={onClose}
              className="flex min-h-12 grow items-center justify-center gap-2 rounded-md bg-accent px-4 font-medium text-on-accent"
            >
              <X className="size-5" aria-hidden="true" />
              {strings.close}
            </button>
          </div>
        </div>
      </div>
    </ModalDialog>
  );
}

const stepClass =
  "grid min-h-12 min-w-12 grow place-items-center rounded-md border border-field aria-disabled:opacity-45";

/** Where on the image a click fell; its middle for a click by key, which has no place. */
function pointOfClick(event: React.MouseEvent): Point {
  if (event.detail === 0) return middle;
  const box = event.currentTarget.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
}

/** The point of the image that is in the middle of its frame. */
function pointInMiddle(frame: HTMLElement | null): Point {
  if (!frame) return middle;
  return {
    x: (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth,
    y: (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight,
  };
}
