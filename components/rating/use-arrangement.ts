/** Whether the two images of a pair are side by side or stacked on this screen, and their names. */
"use client";

import { useSyncExternalStore } from "react";
import type { RaterStrings } from "./strings/rater-strings";

/** As the variant `stacked` and the rules of `image-room` in app/globals.css. */
const stacked = "(orientation: portrait) and (width < 40rem) and (height >= 40rem)";

function subscribe(onChange: () => void): () => void {
  const query = window.matchMedia(stacked);
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
}

/** The strings with the names of a pair's images and sides as they are. */
export function useArrangedStrings(strings: RaterStrings): RaterStrings {
  const isStacked = useSyncExternalStore(
    subscribe,
    () => window.matchMedia(stacked).matches,
    () => false,
  );
  if (!isStacked) return strings;
  return {
    ...strings,
    left: strings.upper,
    right: strings.lower,
    leftImage: strings.upperImage,
    rightImage: strings.lowerImage,
  };
}
