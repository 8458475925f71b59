/** The keys of the rater's screen: arrows always, letters, digits and signs where the reader wants them. */
"use client";

import { useEffect, useEffectEvent } from "react";
import type { Winner } from "@/lib/statistics/vote";
import type { Rating } from "./use-rating";

/** Arrow keys answer pairs in every setting. */
const arrows: Record<string, Winner> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "tie",
  ArrowDown: "both_bad",
};

const signs: Record<string, Winner> = {
  "1": "left",
  "2": "right",
  "3": "tie",
  "=": "tie",
  e: "tie",
  "4": "both_bad",
  "0": "both_bad",
  n: "both_bad",
};

type Screen = {
  /** Single characters as well, see `DisplaySettings.shortcuts`. */
  shortcuts: boolean;
  /** A menu or dialog is open, which has keys of its own. */
  isCovered: boolean;
  onZoom: () => void;
};

export function useRatingKeys(rating: Rating, { shortcuts, isCovered, onZoom }: Screen): void {
  // Sees what is on the screen from the moment it is there: an effect that listened anew after each change would come
  // later, and on a slow phone a key pressed in between would be lost.
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    // What a closing dialog has taken as its own must not act here as well.
    if (event.defaultPrevented) return;
    if (isCovered || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const isSign = event.key.length === 1;
    if (isSign && !shortcuts) return;
    const act = keyAction(event.key, rating, onZoom);
    if (!act) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

/** What a key does now; null where it does nothing. */
function keyAction(key: string, rating: Rating, onZoom: () => void): (() => void) | null {
  const { item } = rating;
  if (rating.training || rating.isPaused) return null;
  if (key === "u" || key === "Backspace") return rating.canUndo ? rating.undo : null;
  if (!item) return null;
  if (key === "z") return onZoom;
  if (rating.unmarked) return null;
  if (key === "p") return rating.pause;
  if (item.questionType === "pair") {
    const winner = arrows[key] ?? signs[key];
    return winner ? () => rating.answer({ type: "pair", winner }, "key") : null;
  }
  const digit = /^[1-9]$/.test(key) ? Number(key) : null;
  if (digit === null) return null;
  if (item.questionType !== "likert") return () => rating.tap(digit - 1, "key");
  return digit <= 5 ? () => rating.answer({ type: "likert", score: digit }, "key") : null;
}
