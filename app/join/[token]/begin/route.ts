/** Makes the visitor of an invite link a rater of its study, or recognises one who returns. */
import { cookies } from "next/headers";
import type { JoinProblem } from "@/components/rating/invitation";
import type { WayOutOfExcluded } from "@/components/rating/rater-problem";
import { SemblanceError } from "@/lib/errors";
import { currentUser } from "@/lib/platform/accounts/current-user";
import { publicRoute } from "@/lib/platform/accounts/protected-route";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { clientOf } from "@/lib/platform/server/client-address";
import { getInvitation } from "@/lib/rating/join/get-invitation";
import { joinStudy } from "@/lib/rating/join/join-study";
import { rawParameters, readOutsideIds } from "@/lib/rating/join/outside-ids";
import { raterCookie, readRaterToken } from "@/lib/rating/join/rater-cookie";

export const POST = publicRoute<{ token: string }>("rater.joined", async (request, { token }) => {
  const form = await request.formData().catch((cause) => {
    throw new SemblanceError("invalid_input", "This request contains no form.", {
      remedy: "Open the invitation again and press Begin.",
      cause,
    });
  });
  const { ids, problem } = readOutsideIds(form);
  const back = (query: [string, string][]) =>
    seeOther(`/join/${encodeURIComponent(token)}?${new URLSearchParams([...rawParameters(form), ...query])}`);
  // The invitation tells of a bad id, and its form then leaves it out.
  if (problem) return back([]);
  try {
    const { studyId } = await getInvitation(token);
    const jar = await cookies();
    const rater = await joinStudy(token, {
      ...ids,
      token: readRaterToken((name) => jar.get(name)?.value, studyId),
      userId: (await currentUser())?.id,
      consents: form.get("consent") === "yes",
    });
    if (rater.newToken) {
      const { name, value, options } = raterCookie(studyId, rater.newToken, clientOf(request.headers).secure);
      jar.set(name, value, options);
    }
    return seeOther(`/rate/${studyId}`);
  } catch (thrown) {
    // The invitation says what is the matter, in its reader's language.
    return back([["problem", toProblem(thrown)]]);
  }
});

/** By a path of our own, not a full address: behind a proxy the server does not know its public name. */
function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { Location: path } });
}

function toProblem(thrown: unknown): JoinProblem | WayOutOfExcluded {
  const { code, details } = toPlatformError(thrown);
  if (code === "invalid_input") return "consent";
  if (code === "forbidden") return details?.end === "screened-out" ? "screenedOut" : "excluded";
  if (code === "internal") console.error("Somebody could not be let into a study:", thrown);
  return "other";
}
