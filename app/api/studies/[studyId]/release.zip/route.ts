/** The raw data of a study, with which anybody can rebuild its leaderboard, as a zip file. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { zipRelease } from "@/lib/votes/release/release-study";
import { attachment } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(
  staff,
  "study.exported",
  async (_request, { studyId }, member) =>
    attachment(await zipRelease(studyId, member.email), "release.zip", "application/zip"),
);
