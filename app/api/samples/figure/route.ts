/** A page of a sample grid as one PNG, for a paper or a slide. */
import { computedAttachment } from "@/app/api/attachment";
import { computeFile } from "@/lib/computations/compute";
import { SemblanceError } from "@/lib/errors";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

const mostSets = 6;
const mostRows = 24;

export const GET = protectedRoute(staff, readsOnly, async (request, _names, member) => {
  const query = new URL(request.url).searchParams;
  const sets = (query.get("sets") ?? "").split(",");
  const page = Number(query.get("page") ?? 1);
  const pageSize = Number(query.get("pageSize") ?? 12);
  if (
    sets.length > mostSets ||
    !sets.every((id) => /^[0-9a-f-]{36}$/.test(id)) ||
    !Number.isInteger(page) ||
    page < 1 ||
    page > 1e6 ||
    !(pageSize >= 1 && pageSize <= mostRows)
  ) {
    throw new SemblanceError("invalid_input", "There is no such page of the sample grid.", {
      remedy: `Give sets=ID,ID (at most ${mostSets}), page and pageSize (at most ${mostRows}).`,
    });
  }
  const figure = await computeFile(
    "figure",
    { sampleSetIds: sets, page, pageSize: Math.floor(pageSize) },
    { owner: member.id, signal: request.signal },
  );
  return computedAttachment(figure, `samples-page-${page}.png`, "image/png");
});
