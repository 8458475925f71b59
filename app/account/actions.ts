/** Changes to one's own account. */
"use server";

import { account } from "@/lib/accounts/account-fields";
import { protectedAction } from "@/lib/accounts/protected-action";
import { roles } from "@/lib/accounts/roles";
import { saveAccount } from "@/lib/accounts/update-account";

export const saveAccountAction = protectedAction(roles, account, async (input, member) => {
  await saveAccount(member, input);
});
