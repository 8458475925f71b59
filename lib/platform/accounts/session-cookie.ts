/** The cookie that names a session: a token of NextAuth's, signed and encrypted, in which there is nothing but the session's id. */
import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { authSecret } from "@/lib/env";
import { sessionLifetimeS } from "./own-cookie";

const claims = z.object({ sessionId: z.uuid() });

export function writeSessionCookie(sessionId: string): Promise<string> {
  return encode({ token: { sessionId }, secret: authSecret(), maxAge: sessionLifetimeS });
}

/** The session that a cookie names; null where there is no cookie, or one that we have not written. */
export async function readSessionCookie(cookie: string | undefined): Promise<string | null> {
  if (!cookie) return null;
  return sessionIdOf(await decode({ token: cookie, secret: authSecret() }).catch(() => null));
}

/** The session that a token of NextAuth's names. */
export function sessionIdOf(token: unknown): string | null {
  return claims.safeParse(token).data?.sessionId ?? null;
}
