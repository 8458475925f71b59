/** The state of a study as people read it. */
import type { StudyState } from "@/lib/generated/prisma/enums";

/** An open pilot is "PILOT", answers that were given elsewhere are "IMPORTED". */
export function shownState({
  state,
  isPilot,
  imported,
}: {
  state: StudyState;
  isPilot: boolean;
  /** Null for a study that was held here. */
  imported: unknown;
}): StudyState | "PILOT" | "IMPORTED" {
  if (imported !== null) return "IMPORTED";
  return state === "OPEN" && isPilot ? "PILOT" : state;
}
