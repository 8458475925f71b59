/** NextAuth's configuration: two ways to sign in, and a signed cookie that names a person and nothing more. */
import type { User as AuthUser, NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { authSecret } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import type { User } from "@/lib/generated/prisma/client";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { credentials } from "./account-fields";
import { authenticate } from "./authenticate";
import { credentialMark, type SessionClaims } from "./member";
import { recordFailedSignIn, recordSignIn, recordSignOut } from "./record-sign-in";
import { redeemSignInLink } from "./redeem-sign-in-link";

const dayS = 24 * 3600;

/** Names do not depend on the scheme, so that pages (which do not know it) find what the sign-in route has set. */
export const sessionCookieName = "semblance.session";
const cookieNames = {
  sessionToken: sessionCookieName,
  csrfToken: "semblance.csrf",
  callbackUrl: "semblance.callback",
} as const;

/** The page shows the message; anything unexpected goes to the log and stays there. */
async function answering(
  signIn: () => Promise<User>,
  cameByLink: boolean,
  given: { email?: string; token?: string } | undefined,
): Promise<AuthUser> {
  try {
    const user = await signIn();
    await recordSignIn(user, cameByLink ? "link" : "password");
    const claims: SessionClaims = { userId: user.id, credentialMark: credentialMark(user), cameByLink };
    return { id: user.id, ...claims };
  } catch (thrown) {
    const error = toPlatformError(thrown);
    if (error.code === "internal") console.error("Sign-in failed:", thrown);
    await recordFailedSignIn(given, error);
    throw new Error(JSON.stringify({ message: error.message, remedy: error.remedy }));
  }
}

/** @param secure whether the browser speaks https, so that its cookies must not travel over anything else */
export function authOptions({ secure }: { secure: boolean }): NextAuthOptions {
  const cookie = (name: string) => ({
    name,
    options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure },
  });
  return {
    secret: authSecret(),
    pages: { signIn: "/sign-in", error: "/sign-in" },
    session: { strategy: "jwt", maxAge: 14 * dayS },
    useSecureCookies: false,
    cookies: {
      sessionToken: cookie(cookieNames.sessionToken),
      csrfToken: cookie(cookieNames.csrfToken),
      callbackUrl: cookie(cookieNames.callbackUrl),
    },
    providers: [
      CredentialsProvider({
        id: "password",
        credentials: { email: {}, password: {} },
        authorize: (given) =>
          answering(
            async () => {
              const read = credentials.safeParse(given);
              if (read.success) return authenticate(read.data);
              throw new SemblanceError("invalid_input", "Enter both e-mail address and password.");
            },
            false,
            given,
          ),
      }),
      CredentialsProvider({
        id: "link",
        credentials: { token: {} },
        authorize: (given) => answering(() => redeemSignInLink(given?.token ?? ""), true, given),
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { ...token, ...toClaims(user) } : token),
      session: ({ session, token }) => ({ expires: session.expires, claims: toClaims(token) }),
    },
    events: { signOut: ({ token }) => recordSignOut(toClaims(token)?.userId) },
    logger: {
      error: (code, metadata) => console.error(`NextAuth: ${code}`, metadata),
      // It warns that NEXTAUTH_URL is unset; no absolute address is needed for these two ways to sign in.
      warn: () => {},
      debug: () => {},
    },
  };
}

/** The claims inside a NextAuth user or token, or null where it holds none. */
export function toClaims(holder: unknown): SessionClaims | null {
  const { userId, credentialMark: mark, cameByLink } = (holder ?? {}) as Partial<SessionClaims>;
  if (typeof userId !== "string" || typeof mark !== "string") return null;
  return { userId, credentialMark: mark, cameByLink: cameByLink === true };
}
