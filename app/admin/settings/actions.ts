/** Removing the demo. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { removeDemo } from "@/lib/dashboard/remove-demo";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { administrators } from "@/lib/platform/accounts/roles";

export const removeTheDemo = protectedAction(
  administrators,
  "demo.removed",
  z.object({}),
  async (_, member) => {
    await removeDemo(member.email);
    // The demo has things of every kind.
    revalidatePath("/admin", "layout");
  },
);
