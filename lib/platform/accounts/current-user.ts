/** Who is asking. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { NextApiRequest, NextApiResponse } from "next";
import { getServerSession } from "next-auth/next";
import { cache } from "react";
import { findMember, type Member } from "./member";
import { authOptions, toClaims } from "./session";

/** The signed-in person, or null. The database is asked once per request, so a disabled account ends at once. */
export const currentUser = cache(async () => toMember(await getServerSession(options())));

/** The same for raters' pages, which have the request in hand. */
export async function userOfRequest(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Member | null> {
  return toMember(await getServerSession(request as NextApiRequest, response as NextApiResponse, options()));
}

const options = () => authOptions({ secure: false });

async function toMember(session: unknown): Promise<Member | null> {
  const claims = toClaims((session as { claims?: unknown } | null)?.claims);
  return claims ? findMember(claims) : null;
}
