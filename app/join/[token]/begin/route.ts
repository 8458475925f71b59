/** Makes the visitor of an invite link a rater of its study, or recognises one who returns. */
import { cookies } from "next/headers";
import { currentUser } from "@/lib/accounts/current-user";
import { errorResponse, refuseForeignOrigin } from "@/lib/accounts/protected-route";
import { SemblanceError } from "@/lib/errors";
import { getInvitation } from "@/lib/ratings/get-invitation";
import { joinStudy } from "@/lib/ratings/join-study";
import { outsideId, raterCookieName, raterCookieOptions } from "@/lib/ratings/rater-cookie";

export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }) {
  try {
    refuseForeignOrigin(request);
    const { token } = await params;
    const { studyId } = await getInvitation(token);
    const form = await request.formData().catch((cause) => {
      throw new SemblanceError("invalid_input", "This request carries no form.", {
        remedy: "Open the invitation again and press Begin.",
        cause,
      });
    });
    const jar = await cookies();
    const rater = await joinStudy(token, {
      token: jar.get(raterCookieName(studyId))?.value,
      userId: (await currentUser())?.id,
      externalId: outsideId(form.get("externalId")),
      externalStudyId: outsideId(form.get("externalStudyId")),
      externalSessionId: outsideId(form.get("externalSessionId")),
      consents: form.get("consent") === "yes",
    });
    if (rater.newToken) jar.set(raterCookieName(studyId), rater.newToken, raterCookieOptions);
    // A path of our own, not a full address: behind a proxy the server does not know its public name.
    return new Response(null, { status: 303, headers: { Location: `/rate/${studyId}` } });
  } catch (thrown) {
    return errorResponse(thrown);
  }
}
