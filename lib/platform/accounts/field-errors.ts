/** Readable errors for each field of a form; browser and server use the same. */
import type { z } from "zod";

/**
 * The words for an error whose schema has none of its own: zod's are for programmers. Hand it over where a schema
 * reads what was typed: `schema.safeParse(input, { error: fieldMessage })`.
 */
export function fieldMessage(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.expected === "number") return "Enter a number.";
      if (issue.expected === "int") return "Enter a whole number.";
      return issue.expected === "string" ? "This field is required." : undefined;
    case "too_small":
      if (issue.origin === "number" || issue.origin === "int") {
        return issue.inclusive ? `At least ${issue.minimum}.` : `More than ${issue.minimum}.`;
      }
      if (issue.origin !== "string") return undefined;
      return issue.minimum === 1 ? "This field is required." : `At least ${issue.minimum} characters.`;
    case "too_big":
      if (issue.origin === "number" || issue.origin === "int") {
        return issue.inclusive ? `At most ${issue.maximum}.` : `Less than ${issue.maximum}.`;
      }
      return issue.origin === "string" ? `At most ${issue.maximum} characters.` : undefined;
    case "invalid_value":
      return "Choose one of these.";
    default:
      return undefined;
  }
}

/** The first error of each field, by its path with dots ("criteria.0.question"). */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const { path, message } of error.issues.flatMap(closest)) fields[path.join(".")] ??= message;
  return fields;
}

type Issue = { path: readonly PropertyKey[]; message: string };

/** Of a union the issues of the kind that comes closest to what was given, as the form's resolver shows them. */
function closest(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  return issue.errors
    .reduce((nearest, each) => (each.length < nearest.length ? each : nearest))
    .flatMap(closest)
    .map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
}
