/** What the requests of the rater's screen have in common: identifying the rater, and error responses. */
import { parse } from "cookie";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { refuseForeignOrigin } from "@/lib/platform/accounts/refuse-foreign-origin";
import { errorResponse } from "@/lib/platform/server/error-response";
import { findRaterId } from "../join/find-rater";
import { readRaterToken } from "../join/rater-cookie";

/**
 * Runs `answer` for the rater whose cookie came with the request, once it asks for them.
 *
 * @param studyId or the desk of a captioner, whose cookie is made in the same way
 * @param find who the cookie's token belongs to
 */
export async function answerRaterRequest(
  request: Request,
  studyId: string,
  answer: (raterId: () => Promise<string>) => Promise<Response>,
  find: (token: string | undefined) => Promise<string> = findRaterId,
): Promise<Response> {
  try {
    refuseForeignOrigin(request);
    const cookies = parse(request.headers.get("cookie") ?? "");
    const token = readRaterToken((name) => cookies[name], studyId);
    return await answer(() => find(token));
  } catch (thrown) {
    if (!(thrown instanceof z.ZodError)) return errorResponse(thrown);
    const invalid = new SemblanceError("invalid_input", z.prettifyError(thrown), {
      remedy: "Reload the page and try again.",
    });
    return errorResponse(invalid);
  }
}
