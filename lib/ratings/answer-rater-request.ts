/** What the three routes of the rater's screen have in common: who asks, and how an error is answered. */
import { cookies } from "next/headers";
import { z } from "zod";
import { errorToStatus, SemblanceError, toSemblanceError } from "@/lib/errors";
import { findRater } from "./find-rater";
import { raterCookieName } from "./rater-cookie";

/**
 * Runs `answer` for the rater whose cookie came with the request. Errors become JSON `{ error: { code, message,
 * remedy } }` with the status that fits; causes go to the log alone.
 */
export async function answerRaterRequest(
  studyId: string,
  answer: (rater: { id: string }) => Promise<Response>,
): Promise<Response> {
  try {
    const token = (await cookies()).get(raterCookieName(studyId))?.value;
    return await answer(await findRater(token));
  } catch (thrown) {
    const error =
      thrown instanceof z.ZodError
        ? new SemblanceError("invalid_input", z.prettifyError(thrown), {
            remedy: "Reload the page and try again.",
          })
        : toSemblanceError(thrown);
    if (error.code === "internal") console.error(error.cause);
    return Response.json(
      { error: { code: error.code, message: error.message, remedy: error.remedy } },
      { status: errorToStatus(error.code) },
    );
  }
}
