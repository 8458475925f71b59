/** NextAuth's configuration: two ways to sign in, and a signed cookie that names a session and nothing more. */
import type { User as AuthUser, NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { authSecret } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import type { User } from "@/lib/generated/prisma/client";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { db } from "@/lib/platform/database/db";
import { log } from "@/lib/platform/log/log";
import { credentials } from "./account-fields";
import { authenticate } from "./authenticate";
import { rememberDevice } from "./known-device";
import { ownCookie, sessionLifetimeS } from "./own-cookie";
import { recordFailedSignIn, recordSignIn, type SignInWay } from "./record-sign-in";
import { redeemSignInLink } from "./redeem-sign-in-link";
import { sessionIdOf } from "./session-cookie";
import { signOut, startSession } from "./user-sessions";
import type { Visitor } from "./visitor";

/**
 * @param visitor who asks
 * @param secure whether their browser speaks https
 * @param signedIn told what a browser that has signed in is to be known by
 */
export function authOptions(
  visitor: Visitor,
  secure: boolean,
  signedIn: (deviceToken: string) => void,
): NextAuthOptions {
  /** The page shows the message; anything unexpected goes to the log and stays there. */
  async function entering(
    signIn: () => Promise<User>,
    by: SignInWay,
    given: { email?: string; token?: string } | undefined,
  ): Promise<AuthUser> {
    try {
      const user = await signIn();
      return await db.$transaction(async (transaction) => {
        const id = await startSession(user, visitor, by === "link", transaction);
        await recordSignIn(user, by, transaction);
        signedIn(await rememberDevice(visitor.deviceToken, user.id, transaction));
        return { id };
      });
    } catch (thrown) {
      const error = toPlatformError(thrown);
      if (error.code === "internal") log().error({ err: thrown }, "Signing in failed.");
      await recordFailedSignIn(given, error);
      throw new Error(JSON.stringify({ message: error.message, remedy: error.remedy }));
    }
  }
  return {
    secret: authSecret(),
    session: { strategy: "jwt", maxAge: sessionLifetimeS },
    useSecureCookies: secure,
    cookies: {
      sessionToken: ownCookie("session", secure),
      csrfToken: ownCookie("csrf", secure),
      callbackUrl: ownCookie("callback", secure),
    },
    providers: [
      CredentialsProvider({
        id: "password",
        credentials: { email: {}, password: {} },
        authorize: (given) =>
          entering(
            async () => {
              const read = credentials.safeParse(given);
              if (read.success) return authenticate(read.data, visitor);
              throw new SemblanceError("invalid_input", "Enter both e-mail address and password.");
            },
            "password",
            given,
          ),
      }),
      CredentialsProvider({
        id: "link",
        credentials: { token: {} },
        authorize: (given) => entering(() => redeemSignInLink(given?.token ?? "", visitor), "link", given),
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { sessionId: user.id } : token),
      // Nothing of the session is told to scripts.
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) => {
        const target = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : null;
        return target?.origin === new URL(baseUrl).origin ? target.href : baseUrl;
      },
    },
    events: {
      signOut: async ({ token }) => {
        const sessionId = sessionIdOf(token);
        if (sessionId) await signOut(sessionId);
      },
    },
    logger: {
      error: (code, metadata) =>
        log().error({ err: metadata instanceof Error ? metadata : metadata.error }, `NextAuth: ${code}`),
      warn: () => {},
      debug: () => {},
    },
  };
}
