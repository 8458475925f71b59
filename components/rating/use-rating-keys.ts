/** The keys of the rater's screen: arrows always, letters, digits and signs where the reader wants them. */
"use client";

import { useEffect, useEffectEvent } from "react";
import { raterQuestions } from "@/lib/questions/registry";
import { stepToAnswer } from "./answer-button";
import type { Rating } from "./use-rating";

type Screen = {
  /** Single characters as well, see `DisplaySettings.shortcuts`. */
  shortcuts: boolean;
  /** A menu or dialog is open, which has its own keys. */
  isCovered: boolean;
  onZoom: () => void;
};

export function useRatingKeys(rating: Rating, { shortcuts, isCovered, onZoom }: Screen): void {
  // Sees what is on the screen from the moment it is there: an effect that listened again after each change would come
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
  const action = raterQuestions[item.questionType].screen.onKey(key);
  if (!action) return null;
  if ("answer" in action) return () => rating.answer(action.answer, "key");
  if ("tap" in action) return () => rating.tap(action.tap, "key");
  return () => stepToAnswer(action.step);
}
