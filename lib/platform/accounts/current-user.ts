/** Who is asking. */
import { getServerSession } from "next-auth/next";
import { cache } from "react";
import { findMember, type Member } from "./member";
import { authOptions, toClaims } from "./session";

/** The signed-in person, or null. The database is asked once per request, so a disabled account ends at once. */
export const currentUser = cache(async (): Promise<Member | null> => {
  const session = (await getServerSession(authOptions({ secure: false }))) as { claims?: unknown } | null;
  const claims = toClaims(session?.claims);
  return claims ? findMember(claims) : null;
});
