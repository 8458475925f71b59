/** Changes to one's own account. */
"use server";

import { account } from "@/lib/platform/accounts/account-fields";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { roles } from "@/lib/platform/accounts/roles";
import { saveAccount } from "@/lib/platform/accounts/update-account";

export const saveAccountAction = protectedAction(
  roles,
  ["user.changed", "user.password-changed"],
  account,
  async (input, member) => {
    await saveAccount(member, input);
  },
);
