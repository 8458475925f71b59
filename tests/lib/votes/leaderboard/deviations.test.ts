/** A study that follows its registration has no deviations; every kind of deviation is reported. */
import { describe, expect, it } from "vitest";
import { type Registration, registration } from "@/lib/studies/design/registration";
import type { Stopping } from "@/lib/studies/stopping/stopping";
import { deviations, type ResultSettings, type StudyCourse } from "@/lib/votes/leaderboard/deviations";

const planned = registration.parse({ raterCount: 3, endDate: "2026-12-24" });
const course: StudyCourse = {
  isOpen: false,
  stopping: ended("2026-12-24T23:59:59Z", 30),
  hasStopRule: false,
  answersAfterEnd: 0,
  ratersWhoAnswered: 3,
  excludedByHand: [],
  reinstated: 0,
  openedWith: "0.1.0",
};
const open: Partial<StudyCourse> = {
  isOpen: true,
  stopping: { planned_answers: 30, end: null, first_look: null },
};
const settings: ResultSettings = { raters: "not-excluded", containing: "", captions: [], version: "0.1.0" };

function ended(at: string, answers: number, reason = "by-hand"): Stopping {
  return { planned_answers: 30, end: { reason, at, answers }, first_look: null };
}

function said(
  changes: Partial<StudyCourse> = {},
  of: Partial<ResultSettings> = {},
  plan: Partial<Registration> = {},
  now = new Date("2026-12-24T12:00:00Z"),
): string[] {
  return deviations({ ...planned, ...plan }, { ...course, ...changes }, { ...settings, ...of }, now);
}

describe("deviations", () => {
  it("are empty for a study that went as planned", () => {
    expect(said()).toEqual([]);
    expect(said({ ...open, ratersWhoAnswered: 1 })).toEqual([]);
    // Its end date came before all answers were in, which is what an end date is for.
    expect(said({ stopping: ended("2026-12-24T18:00:00Z", 3) })).toEqual([]);
    expect(said({ stopping: ended("2026-12-01T00:00:00Z", 3, "stop-rule"), hasStopRule: true })).toEqual([]);
    expect(said({}, { raters: "not-flagged" }, { flaggedRaters: "left-out" })).toEqual([]);
  });

  it("include raters excluded or reinstated by hand", () => {
    expect(said({ excludedByHand: [{ rater: "r-1", reason: "sleeping" }], reinstated: 2 })).toEqual([
      "1 rater was excluded by hand: r-1 (sleeping).",
      "2 raters were reinstated by hand after being excluded by a check.",
    ]);
  });

  it("include closing a study before it was complete, and before or after its end date", () => {
    const early = ended("2026-12-20T10:00:00Z", 3);
    expect(said({ stopping: early })).toEqual([
      "The study was closed by hand on 2026-12-20, before its end date 2026-12-24, with 3 of 30 answers given.",
    ]);
    expect(said({ stopping: early, hasStopRule: true }, {}, { endDate: null })).toEqual([
      "The study was closed by hand with 3 of 30 answers given, before its stop rule was met.",
    ]);
    expect(said({ stopping: ended("2026-12-25T00:00:00Z", 30), answersAfterEnd: 4 })).toEqual([
      "The study was closed on 2026-12-25, after its end date 2026-12-24; 4 answers came after it.",
    ]);
    expect(said(open, {}, {}, new Date("2026-12-25T00:00:00Z"))).toEqual([
      "The study is still open after its end date 2026-12-24; no answer came after it.",
    ]);
  });

  it("include looking at results before all answers were in, unless a stop rule allows for it", () => {
    const looked = {
      ...ended("2026-12-24T18:00:00Z", 30),
      first_look: { at: "2026-12-02T09:00:00Z", answers: 9 },
    };
    expect(said({ stopping: looked })).toEqual([
      "Results were first viewed on 2026-12-02, after 9 of 30 answers.",
    ]);
    expect(said({ stopping: looked, hasStopRule: true })).toEqual([]);
  });

  it("include more raters than planned, or fewer at the closing", () => {
    expect(said({ ratersWhoAnswered: 4 })).toEqual(["4 people have answered; 3 were registered."]);
    expect(said({ ratersWhoAnswered: 1 })).toEqual(["1 person has answered; 3 were registered."]);
  });

  it("include counting other raters than registered, and computing by another version", () => {
    expect(said({}, { raters: "not-flagged" })).toEqual([
      "Flagged raters are left out of this result; the registration counts them.",
    ]);
    expect(said({}, { raters: "not-excluded" }, { flaggedRaters: "left-out" })).toHaveLength(1);
    expect(said({}, { raters: "all", containing: " dog ", captions: ["a"], version: "0.2.0" })).toEqual([
      "Excluded raters are counted in this result; the registration leaves them out.",
      "This result only counts captions that contain “dog”.",
      "This result only counts selected captions.",
      "The study was opened with Semblance 0.1.0; this result is computed by 0.2.0.",
    ]);
  });
});
