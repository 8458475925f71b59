/** Everything that a run measured, step by step, as a CSV file. */
import { textAttachment } from "@/app/api/attachment";
import { curvesToCsv } from "@/lib/fine-tunes/curves-csv";
import { getFineTuneOutline } from "@/lib/fine-tunes/get-fine-tune";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute<{ fineTuneId: string }>(
  staff,
  readsOnly,
  async (_request, { fineTuneId }) => {
    const { name } = await getFineTuneOutline(fineTuneId);
    return textAttachment(curvesToCsv(fineTuneId), `${name}-curves.csv`, "text/csv; charset=utf-8");
  },
);
