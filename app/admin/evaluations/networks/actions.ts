/** Starting and stopping downloads of networks. */
"use server";

import { revalidatePath } from "next/cache";
import { cancelJobOf } from "@/jobs/cancel-job";
import { startWeightDownload, startWeightDownloadInput } from "@/jobs/get-weights/start";
import { weightSubjectId } from "@/jobs/get-weights/subject";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";

export const download = protectedAction(staff, startWeightDownloadInput, async (input) => {
  await startWeightDownload(input);
  revalidatePath("/admin", "layout");
});

export const cancelDownload = protectedAction(staff, startWeightDownloadInput, async ({ name }) => {
  await cancelJobOf(weightSubjectId(name));
  revalidatePath("/admin", "layout");
});
