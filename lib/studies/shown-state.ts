/** The state of a study as people read it. */
import type { StudyState } from "@/lib/generated/prisma/enums";

/** An open pilot is "PILOT". */
export function shownState({
  state,
  isPilot,
}: {
  state: StudyState;
  isPilot: boolean;
}): StudyState | "PILOT" {
  return state === "OPEN" && isPilot ? "PILOT" : state;
}
