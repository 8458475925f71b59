/** The raw data of a study, with which anybody can rebuild its leaderboard, as a zip file. */
import { computedAttachment } from "@/app/api/attachment";
import { computeFile } from "@/lib/computations/compute";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";

export const GET = protectedRoute<{ studyId: string }>(
  staff,
  "study.exported",
  async (request, { studyId }, member) => {
    const { signal } = request;
    const file = await computeFile("release", { studyId, actor: member.email }, { owner: member.id, signal });
    return computedAttachment(file, "release.zip", "application/zip");
  },
);
