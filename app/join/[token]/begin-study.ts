"use server";
/** Makes the visitor a rater of the study, or recognises one who returns. */
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import { currentUser } from "@/lib/accounts/current-user";
import { getInvitation } from "@/lib/ratings/get-invitation";
import { joinStudy } from "@/lib/ratings/join-study";
import { raterCookieName, raterCookieOptions } from "@/lib/ratings/rater-cookie";

const entry = z.object({
  inviteToken: z.string().min(1).max(100),
  externalId: z.string().min(1).max(200).optional(),
});

export async function beginStudy(form: FormData): Promise<void> {
  const { inviteToken, externalId } = entry.parse(Object.fromEntries(form));
  const { studyId } = await getInvitation(inviteToken);
  const jar = await cookies();
  const user = await currentUser();
  const rater = await joinStudy(inviteToken, {
    token: jar.get(raterCookieName(studyId))?.value,
    userId: user?.id,
    externalId,
  });
  if (rater.newToken) jar.set(raterCookieName(studyId), rater.newToken, raterCookieOptions);
  redirect(`/rate/${studyId}`);
}
