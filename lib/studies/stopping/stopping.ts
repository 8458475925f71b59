/** When a study ended and when it was looked at, and the effect on its intervals. */
import { z } from "zod";

/** Answers are those that count towards the plan: of raters who were not excluded, checks and repeats left out. */
export const stopping = z.object({
  planned_answers: z.number().int(),
  /** Null while the study is open. */
  end: z
    .object({
      reason: z.string(),
      at: z.iso.datetime(),
      answers: z.number().int(),
    })
    .nullable(),
  /** The first look at results before all planned answers were in; null where there was none. */
  first_look: z.object({ at: z.iso.datetime(), answers: z.number().int() }).nullable(),
  /** Where the answers are those of a pilot, which count for nothing. */
  is_pilot: z.literal(true).optional(),
});
export type Stopping = z.infer<typeof stopping>;

/** The reason for which an imported study ended. */
export const importedEnd = "imported";

/**
 * Words for the column `stopping` of a published leaderboard, blank-separated. One of pilot (answers count for nothing), open (answers still come in),
 * complete (ended with all planned answers), closed-early (by hand, before) and stop-rule (by the rule, before); then
 * looked-early where somebody saw results before all planned answers were in.
 */
export function stoppingMarks(stopped: Stopping): string {
  const { end, first_look, planned_answers } = stopped;
  if (stopped.is_pilot) return "pilot";
  const state =
    end === null
      ? "open"
      : end.reason === importedEnd
        ? importedEnd
        : end.answers >= planned_answers
          ? "complete"
          : end.reason === "stop-rule"
            ? "stop-rule"
            : "closed-early";
  return first_look ? `${state} looked-early` : state;
}

/** What a reader must know of how a study ended, in sentences; empty where it ended as planned and unseen. */
export function stoppingNotes(stopped: Stopping): string[] {
  const { end, first_look: look, planned_answers: planned } = stopped;
  if (stopped.is_pilot) {
    return ["This is a pilot. Its answers do not count and are deleted before the study starts."];
  }
  if (end?.reason === importedEnd) {
    return [
      "These answers were imported. Semblance does not know how many were planned, whether somebody looked at results before the end, or whether raters were blind to the models.",
    ];
  }
  const notes: string[] = [];
  const isShort = end !== null && end.answers < planned;
  if (end?.reason === "stop-rule") {
    notes.push(
      `The stop rule ended this study on ${toDay(end.at)} after ${end.answers} of ${planned} planned answers. Differences that stop a study tend to look larger than they are. The audit log contains intervals that are valid however often you look.`,
    );
  } else if (isShort) {
    notes.push(
      `Closed by hand on ${toDay(end.at)} after ${end.answers} of ${planned} planned answers. The intervals assume a size that was fixed in advance.`,
    );
  } else if (end?.reason === "by-hand" && look) {
    notes.push(`Closed by hand on ${toDay(end.at)} with all ${planned} planned answers in.`);
  }
  if (look) {
    notes.push(
      `Results were first viewed on ${toDay(look.at)}, after ${look.answers} of ${planned} planned answers.`,
    );
  }
  if (look && (end === null || (isShort && end.reason !== "stop-rule"))) {
    notes.push(
      `${end === null ? "If this study is closed because of what was seen" : "If it was closed because of what was seen"}, false differences are found in more than 5% of studies: in 16 to 22% of simulated studies that were checked after every twentieth of their answers and closed at the first clear difference.`,
    );
  }
  return notes;
}

/** "28 November 2026", in UTC: files that are compared byte for byte must not depend on a time zone. */
function toDay(at: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(at));
}
