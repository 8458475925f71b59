/** What a rater's page asks for first. */
import type { Lease } from "./assigned-item";

/** The study as its rater's page names it. */
export type StudyOfRater = { studyName: string; studyLanguage: string; captionLanguage: string };

export type OpenedStudy = StudyOfRater & {
  firstLease: Lease;
  /** Where the guide of a first visit goes on; null for everybody else. */
  guideLeadsTo: string | null;
};
