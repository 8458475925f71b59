/** Registering and deleting models. */
"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { registerCheckpointInput } from "@/lib/checkpoints/checkpoint-fields";
import { deleteCheckpoint } from "@/lib/checkpoints/delete-checkpoint";
import { listWeightSets, registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";

/** Without a key, a file that holds several sets of weights is not taken: the form then offers them. */
export const register = protectedAction(staff, registerCheckpointInput, async (input) => {
  if (input.key === "") {
    const sets = await listWeightSets(input.source);
    if (sets.length > 1) return { sets };
  }
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
