/** What a rater answered with. */
import type { Answer } from "./given-answer";

export type InputKind = Answer["inputKind"];

/** The kind of pointer behind a click; a click without one comes from the keyboard. */
export function pointerKind(event: React.MouseEvent): InputKind {
  if (event.detail === 0) return "key";
  const kind = (event.nativeEvent as PointerEvent).pointerType;
  return kind === "mouse" || kind === "touch" || kind === "pen" ? kind : "";
}
