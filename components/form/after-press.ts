/**
 * Acts once no pointer is pressed. A field is left when a button is pressed; were its error shown at once, it would move
 * the button away from under the pointer, and the press would do nothing.
 */
"use client";

let isPressed = false;
const waiting = new Set<() => void>();

if (typeof document !== "undefined") {
  document.addEventListener("pointerdown", () => (isPressed = true), { capture: true });
  for (const end of ["pointerup", "pointercancel"])
    document.addEventListener(end, release, { capture: true });
}

function release() {
  isPressed = false;
  // The click comes first.
  setTimeout(() => {
    for (const act of waiting) act();
    waiting.clear();
  });
}

export function afterPress(act: () => void): void {
  if (isPressed) waiting.add(act);
  else act();
}
