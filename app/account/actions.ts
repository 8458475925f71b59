/** Changes to one's own account. */
"use server";

import { passwordChange, profile } from "@/lib/accounts/account-fields";
import { protectedAction } from "@/lib/accounts/protected-action";
import { roles } from "@/lib/accounts/roles";
import { setPassword, updateProfile } from "@/lib/accounts/update-account";

export const saveProfile = protectedAction(roles, profile, async (input, member) => {
  await updateProfile(member, input);
});

export const savePassword = protectedAction(roles, passwordChange, async (input, member) => {
  await setPassword(member, input);
});
