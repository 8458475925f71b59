/** Cookies of raters and captioners, for browsers that came before the site had https. */
import { parseCookie, serialize } from "cookie";
import { clientOf } from "@/lib/platform/server/client-address";
import { secureRaterCookie } from "@/lib/rating/join/rater-cookie";

/**
 * Headers that move a token to its secure name; none where it is there already, or the browser has no https.
 *
 * @param id of the study or desk
 */
export function movedCookies(request: Request, id: string): [string, string][] {
  const cookies = parseCookie(request.headers.get("cookie") ?? "");
  const { secure } = clientOf(request.headers);
  return secureRaterCookie((name) => cookies[name], id, secure).map(({ name, value, options }) => [
    "Set-Cookie",
    serialize(name, value, options),
  ]);
}
