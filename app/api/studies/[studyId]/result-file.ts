/** What the routes of a study's result files share: which votes are asked for, and how a file is handed over. */
import { computedAttachment } from "@/app/api/attachment";
import { computeFile } from "@/lib/computations/compute";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import type { StudyFileName } from "@/lib/votes/files/study-files";
import { readVoteSelection } from "@/lib/votes/list/select-votes";

/** Hands out a file of results, of the question and the votes that the address asks for. */
export function studyFileRoute(file: StudyFileName, mediaType: string) {
  return protectedRoute<{ studyId: string }>(
    staff,
    "study.exported",
    async (request, { studyId }, member) => {
      const asked = new URL(request.url).searchParams;
      const criterion = asked.get("criterion") || undefined;
      const selection = readVoteSelection(asked);
      const computed = await computeFile(
        "study-file",
        { studyId, file, criterion, selection, actor: member.email },
        { owner: member.id, signal: request.signal },
      );
      return computedAttachment(computed, nameOfResult(file, criterion), mediaType);
    },
  );
}

/** "votes.csv" with all questions, "votes-photorealism.csv" with one. */
function nameOfResult(file: string, criterion: string | undefined): string {
  return criterion === undefined ? file : file.replace(/(?=[.]\w+$)/, `-${criterion}`);
}
