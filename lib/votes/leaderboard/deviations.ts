/** Where a study's course and its result differ from what was registered: one sentence each. */
import type { CaptionCategory } from "@/lib/datasets/caption-category";
import type { RaterFilter } from "@/lib/studies/design/rater-filter";
import { defaultRaters, type Registration } from "@/lib/studies/design/registration";
import type { Stopping } from "@/lib/studies/stopping/stopping";
import { counted } from "@/lib/text/counted";

/** What a study did, as far as a registration says anything about it. */
export type StudyCourse = {
  isOpen: boolean;
  /** How it ended and when its results were first looked at. */
  stopping: Stopping;
  hasStopRule: boolean;
  /** Answers that came after the registered end date. */
  answersAfterEnd: number;
  /** People who answered at least one regular item. */
  ratersWhoAnswered: number;
  /** Pseudonyms and the reasons that were given. */
  excludedByHand: readonly { rater: string; reason: string }[];
  /** Raters whom a check had excluded and a person readmitted. */
  reinstated: number;
  /** Semblance's version at the opening; null where it was not kept. */
  openedWith: string | null;
};

/** How a result was made. */
export type ResultSettings = {
  raters: RaterFilter;
  containing: string;
  captions: readonly string[];
  category?: CaptionCategory | undefined;
  /** Semblance's version that computes it. */
  version: string;
};

/** The first moment after the registered last day, UTC. */
export function endOfAnswers(endDate: string): Date {
  const end = new Date(`${endDate}T00:00:00Z`);
  end.setUTCDate(end.getUTCDate() + 1);
  return end;
}

/** @param now when this is said, for studies that are still open */
export function deviations(
  planned: Registration,
  course: StudyCourse,
  settings: ResultSettings,
  now: Date,
): string[] {
  return [
    ...exclusions(course),
    ...ending(planned, course, now),
    ...numberOfRaters(planned, course),
    ...selection(planned, settings),
    ...(course.openedWith !== null && course.openedWith !== settings.version
      ? [
          `The study was opened with Semblance ${course.openedWith}; this result is computed by ${settings.version}.`,
        ]
      : []),
  ];
}

function exclusions({ excludedByHand, reinstated }: StudyCourse): string[] {
  const named = excludedByHand.map(({ rater, reason }) => `${rater} (${reason})`).join(", ");
  return [
    ...(excludedByHand.length > 0 ? [`${people(excludedByHand.length)} excluded by hand: ${named}.`] : []),
    ...(reinstated > 0 ? [`${people(reinstated)} reinstated by hand after being excluded by a check.`] : []),
  ];
}

function ending(planned: Registration, course: StudyCourse, now: Date): string[] {
  const { hasStopRule, isOpen } = course;
  const { end, first_look: look, planned_answers: all } = course.stopping;
  const { endDate } = planned;
  const said: string[] = [];
  const closedAt = end ? new Date(end.at) : null;
  if (end && closedAt && end.reason !== "stop-rule" && end.answers < all) {
    const reached = `${end.answers} of ${counted(all, "answer", "answers")} given`;
    if (endDate === null) {
      said.push(
        `The study was closed by hand with ${reached}${hasStopRule ? ", before its stop rule was met" : ""}.`,
      );
    } else if (closedAt < new Date(`${endDate}T00:00:00Z`)) {
      said.push(
        `The study was closed by hand on ${day(closedAt)}, before its end date ${endDate}, with ${reached}.`,
      );
    }
  }
  if (look && !hasStopRule) {
    said.push(
      `Results were first viewed on ${day(new Date(look.at))}, after ${look.answers} of ${counted(all, "answer", "answers")}.`,
    );
  }
  if (endDate === null) return said;
  const late =
    course.answersAfterEnd > 0
      ? `; ${counted(course.answersAfterEnd, "answer", "answers")} came after it`
      : "; no answer came after it";
  if (closedAt && closedAt >= endOfAnswers(endDate)) {
    said.push(`The study was closed on ${day(closedAt)}, after its end date ${endDate}${late}.`);
  } else if (isOpen && now >= endOfAnswers(endDate)) {
    said.push(`The study is still open after its end date ${endDate}${late}.`);
  }
  return said;
}

function numberOfRaters({ raterCount }: Registration, { isOpen, ratersWhoAnswered }: StudyCourse): string[] {
  if (raterCount === null) return [];
  if (ratersWhoAnswered > raterCount || (!isOpen && ratersWhoAnswered < raterCount)) {
    return [
      `${counted(ratersWhoAnswered, "person has", "people have")} answered; ${raterCount} were registered.`,
    ];
  }
  return [];
}

function selection(
  planned: Registration,
  { raters, containing, captions, category }: ResultSettings,
): string[] {
  const said: string[] = [];
  const registered = defaultRaters(planned);
  if (raters !== registered) {
    said.push(
      raters === "all"
        ? "Excluded raters are counted in this result; the registration leaves them out."
        : raters === "not-flagged"
          ? "Flagged raters are left out of this result; the registration counts them."
          : "Flagged raters are counted in this result; the registration leaves them out.",
    );
  }
  if (containing.trim() !== "") {
    said.push(`This result only counts captions that contain “${containing.trim()}”.`);
  }
  if (category) {
    said.push(`This result only counts captions whose ${category.name} is “${category.value}”.`);
  }
  if (captions.length > 0) said.push("This result only counts selected captions.");
  return said;
}

function people(count: number): string {
  return counted(count, "rater was", "raters were");
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}
