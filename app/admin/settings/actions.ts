/** Removing the demo. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { protectedAction } from "@/lib/accounts/protected-action";
import { administrators } from "@/lib/accounts/roles";
import { removeDemo } from "@/lib/demo/remove-demo";

export const removeTheDemo = protectedAction(administrators, z.object({}), async (_, member) => {
  await removeDemo(member.email);
  revalidatePath("/admin", "layout");
});
