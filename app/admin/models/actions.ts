/** Registering models and adapters, merging one into the other, and exports for other programs. */
"use server";

import { exportModelPayload } from "@/jobs/export-model/payload";
import { startModelExport } from "@/jobs/export-model/start";
import { startMerge } from "@/jobs/merge-adapters/start";
import { mergeAdaptersInput } from "@/lib/adapters/merge-fields";
import { holdsAdapters, registerAdapter } from "@/lib/adapters/register-adapter";
import { registerCheckpointInput } from "@/lib/checkpoints/checkpoint-fields";
import { listWeightSets, registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { revalidate } from "../entities/revalidate";

/** Without a key, a file that holds several sets of weights is not taken: the form then offers them. */
export const register = protectedAction(
  staff,
  ["model.registered", "adapter.registered"],
  registerCheckpointInput,
  async (input) => {
    if (await holdsAdapters(input.source)) {
      const { adapterId } = await registerAdapter(input);
      revalidate("adapter");
      return { adapterId };
    }
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
  },
);

export const mergeAdapters = protectedAction(
  staff,
  "adapter.merge-started",
  mergeAdaptersInput,
  async (input) => {
    const started = await startMerge(input);
    revalidate("job");
    return started;
  },
);

export const makeExport = protectedAction(staff, "model.exported", exportModelPayload, async (input) => {
  const started = await startModelExport(input);
  revalidate("job");
  return started;
});
