/** What the routes of the rater's screen have in common: who asks, and how an error is answered. */
import { cookies } from "next/headers";
import { z } from "zod";
import { errorResponse, refuseForeignOrigin } from "@/lib/accounts/protected-route";
import { SemblanceError } from "@/lib/errors";
import { findRater } from "./find-rater";
import { raterCookieName } from "./rater-cookie";

/** Runs `answer` for the rater whose cookie came with the request. */
export async function answerRaterRequest(
  request: Request,
  studyId: string,
  answer: (rater: { id: string }) => Promise<Response>,
): Promise<Response> {
  try {
    refuseForeignOrigin(request);
    const token = (await cookies()).get(raterCookieName(studyId))?.value;
    return await answer(await findRater(token));
  } catch (thrown) {
    if (!(thrown instanceof z.ZodError)) return errorResponse(thrown);
    const invalid = new SemblanceError("invalid_input", z.prettifyError(thrown), {
      remedy: "Reload the page and try again.",
    });
    return errorResponse(invalid);
  }
}
