/** Who sends a request, read off its cookies. Needs nothing of Next, so that the web server itself can ask first. */
import { parseCookie } from "cookie";
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
