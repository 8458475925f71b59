/** A request that a rater's or a captioner's screen makes, which bypasses Next (docs/decisions/0024). */
import { SemblanceError } from "@/lib/errors";
import type { BodyReader } from "./fetch-exchange";

/** What stands for the variable parts of an address; empty where it has no such part. */
export type Names = { readonly studyId: string; readonly deskId: string; readonly token: string };

export type ScreenRequest = {
  readonly method: "GET" | "POST";
  /** With the names of its variable parts in brackets. */
  readonly pattern: string;
  /**
   * The table whose rows are the trace of it: they name person and time and stay. An entry in the audit log for every
   * answer would have everybody wait for each other. Null where nothing changes.
   */
  readonly keptIn: "Assignment" | "Rating" | "ItemReport" | "Rater" | "CaptionTask" | "DeskCaption" | null;
  readonly answer: (request: Request, names: Names, readBody: BodyReader) => Promise<Response>;
};

export async function readJson(readBody: BodyReader): Promise<unknown> {
  const body = await readBody();
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new SemblanceError("invalid_input", "The request’s body is not JSON.", { cause });
  }
}
