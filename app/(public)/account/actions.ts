/** Changes to one's own account. */
"use server";

import { cookies, headers } from "next/headers";
import { z } from "zod";
import { compute } from "@/lib/computations/compute";
import { account } from "@/lib/platform/accounts/account-fields";
import { ownCookie, sessionLifetimeS } from "@/lib/platform/accounts/own-cookie";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { roles } from "@/lib/platform/accounts/roles";
import { writeSessionCookie } from "@/lib/platform/accounts/session-cookie";
import { saveAccount } from "@/lib/platform/accounts/update-account";
import { endOwnSession, endOwnSessions } from "@/lib/platform/accounts/user-sessions";
import { visitorOf } from "@/lib/platform/accounts/visitor";
import { clientOf } from "@/lib/platform/server/client-address";

export const saveAccountAction = protectedAction(
  roles,
  ["user.changed", "user.password-changed"],
  account,
  async (input, member) => {
    const judge = (password: string, words: string[]) =>
      compute("judge-password", { password, words }, { owner: member.id });
    const sessionId = await saveAccount(member, input, visitorOf(await headers()), judge);
    if (sessionId !== null) await setSessionCookie(await writeSessionCookie(sessionId), sessionLifetimeS);
  },
);

export const endSessionAction = protectedAction(
  roles,
  "user.session-ended",
  z.object({ sessionId: z.uuid() }),
  async ({ sessionId }, member) => endOwnSession(member, sessionId),
);

export const endSessionsAction = protectedAction(
  roles,
  "user.signed-out-everywhere",
  z.object({}),
  async (_, member) => {
    await endOwnSessions(member);
    await setSessionCookie("", 0);
  },
);

async function setSessionCookie(value: string, maxAge: number): Promise<void> {
  const { name, options } = ownCookie("session", clientOf(await headers()).secure);
  (await cookies()).set({ ...options, name, value, maxAge });
}
