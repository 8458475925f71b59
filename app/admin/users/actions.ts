/** What administrators do to accounts. */
"use server";

import { z } from "zod";
import { invitation } from "@/lib/platform/accounts/account-fields";
import { changeRole, setUserDisabled } from "@/lib/platform/accounts/change-user";
import { createSignInLink } from "@/lib/platform/accounts/create-sign-in-link";
import { inviteUser } from "@/lib/platform/accounts/invite-user";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { administrators, roles } from "@/lib/platform/accounts/roles";
import { revalidate } from "../entities/revalidate";

const userId = z.uuid();

export const invite = protectedAction(administrators, "user.invited", invitation, async (input, member) => {
  const link = await inviteUser(input, member.email);
  revalidate("account");
  return link;
});

export const makeLink = protectedAction(
  administrators,
  "user.sign-in-link-made",
  z.object({ userId }),
  async (input) => {
    const link = await createSignInLink(input.userId);
    revalidate("account");
    return link;
  },
);

export const saveRole = protectedAction(
  administrators,
  "user.role-changed",
  z.object({ userId, role: z.enum(roles) }),
  async (input, member) => {
    await changeRole(input.userId, input.role, member.email);
    revalidate("account");
  },
);

export const saveDisabled = protectedAction(
  administrators,
  ["user.disabled", "user.enabled"],
  z.object({ userId, disabled: z.boolean() }),
  async (input, member) => {
    await setUserDisabled(input.userId, input.disabled, member.email);
    revalidate("account");
  },
);
