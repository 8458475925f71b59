/** What is wrong with each field of a form, in words for people; browser and server use the same. */
import type { z } from "zod";

/** The first error of each field, by its path with dots ("criteria.0.question"). */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join(".")] ??= issueToText(issue);
  return fields;
}

/** zod's own words for a missing or non-numeric value are for programmers. */
function issueToText(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && issue.expected === "number") return "Write a number.";
  if (issue.code === "invalid_type" && issue.expected === "int") return "Write a whole number.";
  if (issue.code === "too_small" && issue.origin === "number" && issue.message.startsWith("Too small")) {
    return issue.inclusive ? `At least ${issue.minimum}.` : `More than ${issue.minimum}.`;
  }
  if (issue.code === "too_big" && issue.origin === "number" && issue.message.startsWith("Too big")) {
    return issue.inclusive ? `At most ${issue.maximum}.` : `Less than ${issue.maximum}.`;
  }
  if (issue.code === "too_small" && issue.origin === "string" && issue.message.startsWith("Too small")) {
    return issue.minimum === 1 ? "Write something here." : `At least ${issue.minimum} characters.`;
  }
  return issue.message;
}
