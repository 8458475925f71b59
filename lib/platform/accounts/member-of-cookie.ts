/** Who sends a request, read off its cookie by the web server itself, before Next sees the request. */
import { parse } from "cookie";
import { decode } from "next-auth/jwt";
import { authSecret } from "@/lib/env";
import { findMember, type Member } from "./member";
import { sessionCookieName, toClaims } from "./session";

/** @param cookie the request's header */
export async function memberOfCookie(cookie: string | undefined): Promise<Member | null> {
  const token = parse(cookie ?? "")[sessionCookieName];
  if (!token) return null;
  // Anything that this server has not made itself cannot be read.
  const claims = toClaims(await decode({ token, secret: authSecret() }).catch(() => null));
  return claims && findMember(claims);
}
