/** A run's series between two steps, as finely as a plot can show them. */
import { SemblanceError } from "@/lib/errors";
import { getFineTuneOutline } from "@/lib/fine-tunes/get-fine-tune";
import { readCurves, strideFor } from "@/lib/fine-tunes/read-curves";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute<{ fineTuneId: string }>(
  staff,
  readsOnly,
  async (request, { fineTuneId }) => {
    const query = new URL(request.url).searchParams;
    const [from, to] = [Number(query.get("from") ?? Number.NaN), Number(query.get("to") ?? Number.NaN)];
    if (![from, to].every((step) => Number.isInteger(step) && step >= 0 && step < 2 ** 31) || to <= from) {
      throw new SemblanceError("invalid_input", "from and to are whole steps, and to is the later one.");
    }
    await getFineTuneOutline(fineTuneId);
    const curves = await readCurves(fineTuneId, { after: from, to, stride: strideFor(to - from) });
    return Response.json(curves, { headers: { "cache-control": "no-store" } });
  },
);
