/** Makes the visitor of an invite link a rater of its study, or recognises one who returns. */
import { cookies } from "next/headers";
import type { JoinProblem } from "@/components/rating/invitation";
import type { RaterProblemKind, WayOutOfExcluded } from "@/components/rating/rater-problem";
import { SemblanceError } from "@/lib/errors";
import { currentUser } from "@/lib/platform/accounts/current-user";
import { publicRoute } from "@/lib/platform/accounts/protected-route";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { log } from "@/lib/platform/log/log";
import { clientOf } from "@/lib/platform/server/client-address";
import { refusalReasonOf } from "@/lib/rating/admission/refusals";
import { getInvitation } from "@/lib/rating/join/get-invitation";
import { joinStudy } from "@/lib/rating/join/join-study";
import { readLinkProofs } from "@/lib/rating/join/link-proofs";
import { rawParameters, readOutsideIds } from "@/lib/rating/join/outside-ids";
import { deviceCookie, raterCookie, readDevice, readRaterToken } from "@/lib/rating/join/rater-cookie";
import { newRaterToken } from "@/lib/rating/join/rater-token";

export const POST = publicRoute<{ token: string }>("rater.joined", async (request, { token }) => {
  const form = await request.formData().catch((cause) => {
    throw new SemblanceError("invalid_input", "This request contains no form.", {
      remedy: "Open the invitation again and press Begin.",
      cause,
    });
  });
  const { ids, problem } = readOutsideIds(form);
  const proofs = readLinkProofs(form);
  const words = (name: string) => form.get(name)?.toString().trim() || undefined;
  const back = (query: [string, string][]) => {
    const parameters = [...rawParameters(form), ...Object.entries(proofs), ...query];
    return seeOther(`/join/${encodeURIComponent(token)}?${new URLSearchParams(parameters)}`);
  };
  // The invitation tells of a bad id, and its form then leaves it out.
  if (problem) return back([]);
  try {
    const { studyId } = await getInvitation(token);
    const jar = await cookies();
    const cookie = (name: string) => jar.get(name)?.value;
    const knownDevice = readDevice(cookie, studyId);
    const device = knownDevice ?? newRaterToken();
    const rater = await joinStudy(token, {
      ...ids,
      ...proofs,
      token: readRaterToken(cookie, studyId),
      userId: (await currentUser())?.id,
      deviceCode: words("code"),
      consents: form.get("consent") === "yes",
      visit: { network: clientOf(request.headers).network, device, proof: words("proof") },
    });
    const isSecure = clientOf(request.headers).secure;
    const made = [
      ...(knownDevice === undefined ? [deviceCookie(studyId, device, isSecure)] : []),
      ...(rater.newToken === null ? [] : [raterCookie(studyId, rater.newToken, isSecure)]),
    ];
    for (const { name, value, options } of made) jar.set(name, value, options);
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

function toProblem(thrown: unknown): JoinProblem | RaterProblemKind | WayOutOfExcluded {
  const refused = refusalReasonOf(thrown);
  if (refused) return refused === "id-in-use" ? "idInUse" : refused;
  const { code, details } = toPlatformError(thrown);
  if (code === "invalid_input") return "consent";
  if (code === "forbidden") return details?.end === "screened-out" ? "screenedOut" : "excluded";
  if (code === "internal") log().error({ err: thrown }, "Somebody could not be let into a study.");
  return "other";
}
