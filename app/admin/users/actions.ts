/** What administrators do to accounts. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { invitation } from "@/lib/accounts/account-fields";
import { changeRole, setUserDisabled } from "@/lib/accounts/change-user";
import { createSignInLink } from "@/lib/accounts/create-sign-in-link";
import { inviteUser } from "@/lib/accounts/invite-user";
import { protectedAction } from "@/lib/accounts/protected-action";
import { administrators, roles } from "@/lib/accounts/roles";

const userId = z.uuid();

export const invite = protectedAction(administrators, invitation, async (input, member) => {
  const link = await inviteUser(input, member.email);
  revalidatePath("/admin/users");
  return link;
});

export const makeLink = protectedAction(administrators, z.object({ userId }), async (input) => {
  const link = await createSignInLink(input.userId);
  revalidatePath("/admin/users");
  return link;
});

export const saveRole = protectedAction(
  administrators,
  z.object({ userId, role: z.enum(roles) }),
  async (input, member) => {
    await changeRole(input.userId, input.role, member.email);
    revalidatePath("/admin/users");
  },
);

export const saveDisabled = protectedAction(
  administrators,
  z.object({ userId, disabled: z.boolean() }),
  async (input, member) => {
    await setUserDisabled(input.userId, input.disabled, member.email);
    revalidatePath("/admin/users");
  },
);
