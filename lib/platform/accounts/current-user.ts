/** The member who sent the current request. */
import { headers } from "next/headers";
import { cache } from "react";
import { clientOf } from "@/lib/platform/server/client-address";
import { memberOfCookie } from "./member-of-cookie";

/** The signed-in person, or null. The database is asked once per request, so a session that was ended ends at once. */
export const currentUser = cache(async () => {
  const sent = await headers();
  return memberOfCookie(sent.get("cookie"), clientOf(sent).secure);
});
