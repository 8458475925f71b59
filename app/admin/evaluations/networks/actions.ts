/** Downloading networks. */
"use server";

import { startWeightDownload, startWeightDownloadInput } from "@/jobs/get-weights/start";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { revalidate } from "../../entities/revalidate";

export const download = protectedAction(
  staff,
  "network.download-started",
  startWeightDownloadInput,
  async (input) => {
    await startWeightDownload(input);
    revalidate("network");
  },
);
