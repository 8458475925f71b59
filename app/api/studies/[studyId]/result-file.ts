/** What the routes of a study's result files share: which votes are asked for, and how a file is handed over. */
import { readVoteSelection, type VoteSelection } from "@/lib/votes/list/select-votes";

/** The criterion's key and the selection of votes from the address. */
export function readSelection(request: Request): { criterion?: string; selection: VoteSelection } {
  const asked = new URL(request.url).searchParams;
  const criterion = asked.get("criterion");
  return { ...(criterion ? { criterion } : {}), selection: readVoteSelection(asked) };
}

/** "votes.csv" with all questions, "votes-photorealism.csv" with one. */
export function nameOfResult(stem: string, ending: string, criterion: string | undefined): string {
  return criterion === undefined ? `${stem}.${ending}` : `${stem}-${criterion}.${ending}`;
}

export function attachment(file: string | Uint8Array, name: string, mediaType: string): Response {
  return new Response(typeof file === "string" ? file : new Uint8Array(file), {
    headers: {
      "Content-Type": mediaType,
      "Content-Disposition": `attachment; filename="${name}"`,
      "Cache-Control": "no-store",
    },
  });
}
