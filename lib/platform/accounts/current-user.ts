/** Who is asking. */
import type { IncomingMessage } from "node:http";
import { headers } from "next/headers";
import { cache } from "react";
import { clientOf, clientOfRequest } from "@/lib/platform/server/client-address";
import type { Member } from "./member";
import { memberOfCookie } from "./member-of-cookie";

/** The signed-in person, or null. The database is asked once per request, so a session that was ended ends at once. */
export const currentUser = cache(async () => {
  const sent = await headers();
  return memberOfCookie(sent.get("cookie"), clientOf(sent).secure);
});

/** The same for raters' pages, which have the request in hand. */
export function userOfRequest(request: IncomingMessage): Promise<Member | null> {
  return memberOfCookie(request.headers.cookie, clientOfRequest(request).secure);
}
