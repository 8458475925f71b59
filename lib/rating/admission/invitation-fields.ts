/** What making personal invitations asks for. */
import { z } from "zod";
import { counted } from "@/lib/text/counted";

/** Of one study in all; each is a row. */
export const mostInvitations = 20_000;
const mostAtOnce = 2000;
export const longestLabel = 200;

/** One per line; empty lines are none. */
export function toLabels(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}

export const invitationRequest = z
  .object({
    studyId: z.uuid(),
    /** Left out where there are labels: then there is one for each. */
    count: z.number().int().min(1).max(mostAtOnce).nullable(),
    /** For whom, one per line: names, e-mail addresses, numbers. Only staff see them. */
    labels: z.string().max(mostAtOnce * (longestLabel + 1)),
  })
  .superRefine(({ count, labels }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const lines = toLabels(labels);
    if (lines.length === 0 && count === null) refuse("count", "Enter how many you need, or a list below.");
    if (lines.length > 0 && count !== null && count !== lines.length) {
      refuse(
        "count",
        `The list has ${counted(lines.length, "line", "lines")}. Leave this empty to make one for each.`,
      );
    }
    if (lines.length > mostAtOnce) refuse("labels", `At most ${mostAtOnce} lines at once.`);
    const long = lines.findIndex((line) => line.length > longestLabel);
    if (long >= 0) refuse("labels", `Line ${long + 1} is longer than ${longestLabel} characters.`);
  });
export type InvitationRequest = z.output<typeof invitationRequest>;
