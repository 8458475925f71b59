/** Lets the visitor of a desk's link sit down, or recognises one who returns. */
import { cookies } from "next/headers";
import { getDeskInvitation } from "@/lib/desks/join/desk-invitation";
import { type JoinRefusal, joinDesk, joinRefusals } from "@/lib/desks/join/join-desk";
import { SemblanceError } from "@/lib/errors";
import { publicRoute } from "@/lib/platform/accounts/protected-route";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { log } from "@/lib/platform/log/log";
import { clientOf } from "@/lib/platform/server/client-address";
import { deviceCookie, raterCookie, readDevice, readRaterToken } from "@/lib/rating/join/rater-cookie";
import { newRaterToken } from "@/lib/rating/join/rater-token";

export const POST = publicRoute<{ link: string }>("captioner.joined", async (request, { link }) => {
  const form = await request.formData().catch((cause) => {
    throw new SemblanceError("invalid_input", "This request contains no form.", {
      remedy: "Open the invitation again and press Begin.",
      cause,
    });
  });
  const words = (name: string) => form.get(name)?.toString().trim() || undefined;
  try {
    const { deskId } = await getDeskInvitation(link);
    const jar = await cookies();
    const cookie = (name: string) => jar.get(name)?.value;
    const knownDevice = readDevice(cookie, deskId);
    const device = knownDevice ?? newRaterToken();
    const { network, secure } = clientOf(request.headers);
    const { newToken } = await joinDesk(link, {
      token: readRaterToken(cookie, deskId),
      name: words("name"),
      visit: { network, device, proof: words("proof") },
    });
    const made = [
      ...(knownDevice === undefined ? [deviceCookie(deskId, device, secure)] : []),
      ...(newToken === null ? [] : [raterCookie(deskId, newToken, secure)]),
    ];
    for (const { name, value, options } of made) jar.set(name, value, options);
    return seeOther(`/caption/${deskId}`);
  } catch (thrown) {
    // The invitation says what is the matter, in its reader's language.
    return seeOther(`/desk/${encodeURIComponent(link)}?problem=${toProblem(thrown)}`);
  }
});

/** By a path of our own, not a full address: behind a proxy the server does not know its public name. */
function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { Location: path } });
}

function toProblem(thrown: unknown): JoinRefusal | "proof" | "other" {
  const { code, details } = toPlatformError(thrown);
  const refusal = details?.refusal;
  if (code === "internal") log().error({ err: thrown }, "Somebody could not be let in at a captioning desk.");
  if (refusal === "proof") return refusal;
  return joinRefusals.find((each) => each === refusal) ?? "other";
}
