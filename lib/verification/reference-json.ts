/** JSON files of reference cases, checked against what their kind must hold. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";

const copyAgain = "Copy or create the case again.";

/**
 * The content of a JSON file.
 *
 * @param prepare makes JSON of a text that is none in places.
 * @throws SemblanceError `invalid_file` naming the file and, where the content is not as it must be, the first field
 */
export function readReferenceJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  prepare: (text: string) => string = (text) => text,
): z.infer<Schema> {
  return checkContent(path, schema, parseJson(path, prepare));
}

/** What a JSON file holds, or a part of it, by a schema. Throws as readReferenceJson. */
export function checkContent<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  content: unknown,
): z.infer<Schema> {
  const read = schema.safeParse(content);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue!.path.length === 0 ? "" : `${issue!.path.join(".")}: `;
  throw new SemblanceError("invalid_file", `${basename(path)}: ${field}${issue!.message}.`, {
    remedy: `Correct this field, if you made the case. ${copyAgain}`,
    cause: read.error,
  });
}

/** The keys of the object in a JSON file; none where it holds something else, null where it is not JSON. */
export function referenceJsonKeys(path: string): string[] | null {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof content === "object" && content !== null ? Object.keys(content) : [];
  } catch {
    return null;
  }
}

function parseJson(path: string, prepare: (text: string) => string): unknown {
  try {
    return JSON.parse(prepare(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new SemblanceError("invalid_file", `${basename(path)}: not valid JSON.`, {
      remedy: `The file is damaged or incomplete. ${copyAgain}`,
      cause,
    });
  }
}
