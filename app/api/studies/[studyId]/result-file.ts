/** What the routes of a study's result files share: which votes are asked for, and how a file is handed over. */
import { raterFilters, type VoteSelection } from "@/lib/ratings/select-votes";

/** `criterion`, `raters`, `containing` and `caption` (any number of times) from the address. */
export function readSelection(request: Request): { criterion?: string; selection: VoteSelection } {
  const asked = new URL(request.url).searchParams;
  const criterion = asked.get("criterion");
  return {
    ...(criterion ? { criterion } : {}),
    selection: {
      raters: raterFilters.find((filter) => filter === asked.get("raters")) ?? "not-excluded",
      containing: asked.get("containing") ?? "",
      captions: asked.getAll("caption"),
    },
  };
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
