/** Starting and stopping downloads of networks. */
"use server";

import { revalidatePath } from "next/cache";
import {
  startWeightDownload,
  startWeightDownloadInput,
} from "@/lib/evaluations/networks/start-weight-download";
import { weightSubjectId } from "@/lib/evaluations/networks/weight-subject";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { cancelJobOf } from "@/lib/platform/jobs/cancel-job";

export const download = protectedAction(staff, startWeightDownloadInput, async (input) => {
  await startWeightDownload(input);
  revalidatePath("/admin", "layout");
});

export const cancelDownload = protectedAction(staff, startWeightDownloadInput, async ({ name }) => {
  await cancelJobOf(weightSubjectId(name));
  revalidatePath("/admin", "layout");
});
