/** Registering and deleting models. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { protectedAction } from "@/lib/accounts/protected-action";
import { staff } from "@/lib/accounts/roles";
import { deleteCheckpoint } from "@/lib/checkpoints/delete-checkpoint";
import { registerCheckpoint, registerCheckpointInput } from "@/lib/checkpoints/register-checkpoint";

export const register = protectedAction(staff, registerCheckpointInput, async (input) => {
  const { checkpointId } = await registerCheckpoint(input);
  revalidatePath("/admin", "layout");
  return { checkpointId };
});

export const removeCheckpoint = protectedAction(
  staff,
  z.object({ checkpointId: z.uuid() }),
  async (input) => {
    await deleteCheckpoint(input.checkpointId);
    revalidatePath("/admin", "layout");
  },
);
