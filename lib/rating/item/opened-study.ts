/** What a rater's page asks for first. */
import type { StudyOfRater } from "../join/find-rater";
import type { Lease } from "./assigned-item";

export type OpenedStudy = StudyOfRater & {
  firstLease: Lease;
  /** Where the guide of a first visit goes on; null for everybody else. */
  guideLeadsTo: string | null;
};
