/** Starting and stopping downloads of networks. */
"use server";

import { revalidatePath } from "next/cache";
import { protectedAction } from "@/lib/accounts/protected-action";
import { staff } from "@/lib/accounts/roles";
import { cancelJobOf } from "@/lib/jobs/cancel-job";
import { startWeightDownload, startWeightDownloadInput } from "@/lib/weights/start-weight-download";
import { weightSubjectId } from "@/lib/weights/weight-subject";

export const download = protectedAction(staff, startWeightDownloadInput, async (input) => {
  await startWeightDownload(input);
  revalidatePath("/admin", "layout");
});

export const cancelDownload = protectedAction(staff, startWeightDownloadInput, async ({ name }) => {
  await cancelJobOf(weightSubjectId(name));
  revalidatePath("/admin", "layout");
});
