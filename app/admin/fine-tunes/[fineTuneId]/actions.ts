/** What people do with a run while it waits or trains. */
"use server";

import { z } from "zod";
import { pauseFineTune } from "@/jobs/fine-tune/pause";
import { requestOfRun, runRequestKinds } from "@/lib/fine-tunes/run-requests";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { revalidate } from "../../entities/revalidate";

export const pause = protectedAction(staff, "job.paused", z.uuid(), async (fineTuneId) => {
  await pauseFineTune(fineTuneId);
  revalidate("fine-tune");
});

export const request = protectedAction(
  staff,
  ["fine-tune.save-requested", "fine-tune.sample-requested"],
  z.object({ fineTuneId: z.uuid(), kind: z.enum(runRequestKinds) }),
  async ({ fineTuneId, kind }) => {
    await requestOfRun(fineTuneId, kind);
    revalidate("fine-tune");
  },
);
