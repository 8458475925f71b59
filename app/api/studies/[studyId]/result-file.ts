/** What the routes of a study's result files share: which votes are asked for, and how a file is handed over. */
import { attachment, computedAttachment } from "@/app/api/attachment";
import { computeFile } from "@/lib/computations/compute";
import { leaderboardOnce } from "@/lib/computations/leaderboard-once";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { logExport } from "@/lib/votes/files/log-export";
import { boardsOf, type ResultFileName, resultFiles } from "@/lib/votes/files/result-files";
import { readVoteSelection } from "@/lib/votes/list/vote-selection";

/** Hands out a file of results, of the question and the votes that the address asks for. */
export function resultFileRoute(file: ResultFileName, mediaType: string) {
  return protectedRoute<{ studyId: string }>(
    staff,
    "study.exported",
    async (request, { studyId }, member) => {
      const asked = new URL(request.url).searchParams;
      const criterion = asked.get("criterion") || undefined;
      const selection = readVoteSelection(asked);
      const boards = await boardsOf(
        (key) => leaderboardOnce(studyId, key, selection, { owner: member.id }),
        criterion,
      );
      await logExport(studyId, file, member.email);
      return attachment(resultFiles[file](boards), nameOfResult(file, criterion), mediaType);
    },
  );
}

/** Hands out the raw votes. */
export const votesFileRoute = protectedRoute<{ studyId: string }>(
  staff,
  "study.exported",
  async (request, { studyId }, member) => {
    const criterion = new URL(request.url).searchParams.get("criterion") || undefined;
    const computed = await computeFile(
      "votes-file",
      { studyId, criterion, actor: member.email },
      { owner: member.id, signal: request.signal },
    );
    return computedAttachment(computed, nameOfResult("votes.csv", criterion), "text/csv; charset=utf-8");
  },
);

/** "votes.csv" with all questions, "votes-photorealism.csv" with one. */
function nameOfResult(file: string, criterion: string | undefined): string {
  return criterion === undefined ? file : file.replace(/(?=[.]\w+$)/, `-${criterion}`);
}
