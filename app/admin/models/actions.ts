/** Registering models. */
"use server";

import { registerCheckpointInput } from "@/lib/checkpoints/checkpoint-fields";
import { listWeightSets, registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { revalidate } from "../entities/revalidate";

/** Without a key, a file that holds several sets of weights is not taken: the form then offers them. */
export const register = protectedAction(staff, "model.registered", registerCheckpointInput, async (input) => {
  if (input.key === "") {
    const sets = await listWeightSets(input.source);
    if (sets.length > 1) {
      nothingChanged();
      return { sets };
    }
  }
  const { checkpointId } = await registerCheckpoint(input);
  revalidate("model");
  return { checkpointId };
});
