/** Starting fine-tunes. */
"use server";

import { startFineTune } from "@/jobs/fine-tune/start";
import { startFineTuneInput } from "@/lib/fine-tunes/fine-tune-fields";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { revalidate } from "../entities/revalidate";

export const start = protectedAction(staff, "fine-tune.started", startFineTuneInput, async (input) => {
  const started = await startFineTune(input);
  revalidate("fine-tune");
  return { fineTuneId: started.fineTuneId };
});
