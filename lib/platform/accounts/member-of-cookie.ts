/** Who sends a request, read off its cookies; for raters' pages and for the web server itself, which have no Next to ask. */
import type { IncomingMessage } from "node:http";
import { parseCookie } from "cookie";
import { clientOfRequest } from "@/lib/platform/server/client-address";
import { findMember, type Member } from "./member";
import { ownCookie } from "./own-cookie";
import { readSessionCookie } from "./session-cookie";

/**
 * @param cookies the request's header
 * @param secure whether the browser speaks https
 */
export async function memberOfCookie(
  cookies: string | null | undefined,
  secure: boolean,
): Promise<Member | null> {
  const sessionId = await readSessionCookie(parseCookie(cookies ?? "")[ownCookie("session", secure).name]);
  return sessionId ? findMember(sessionId) : null;
}

/** As `memberOfCookie`, for what has Node's own request in hand. */
export function memberOfRequest(request: IncomingMessage): Promise<Member | null> {
  return memberOfCookie(request.headers.cookie, clientOfRequest(request).secure);
}
