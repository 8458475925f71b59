/** What a rater can report about an item. */

/** In the order in which raters are offered them; the strings of the rater's screen name them all. */
export const reportReasons = ["image", "caption", "upsetting", "other"] as const;
export type ReportReason = (typeof reportReasons)[number];

/** For staff. */
export const reportReasonNames: Record<ReportReason, string> = {
  image: "An image is missing or broken",
  caption: "The caption cannot be understood",
  upsetting: "The content is upsetting",
  other: "Something else",
};

export const longestReportText = 500;

export type ItemReport = {
  assignmentId: string;
  reason: ReportReason;
  text?: string;
  /** Whether the item goes to somebody else. */
  skips: boolean;
  /** Whether the screen reports by itself that images do not appear. */
  isAutomatic?: boolean;
};
