/** What a rater can report of an item. */
import { z } from "zod";

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

export const itemReport = z.object({
  assignmentId: z.uuid(),
  reason: z.enum(reportReasons),
  text: z.string().trim().max(longestReportText).default(""),
  /** Whether the item goes to somebody else. */
  skips: z.boolean(),
});

export type ItemReport = z.input<typeof itemReport>;
