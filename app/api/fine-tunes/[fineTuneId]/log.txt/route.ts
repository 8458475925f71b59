/** A run's whole log as a text file. */
import { textAttachment } from "@/app/api/attachment";
import { getFineTuneOutline } from "@/lib/fine-tunes/get-fine-tune";
import { logToText } from "@/lib/fine-tunes/log-text";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute<{ fineTuneId: string }>(
  staff,
  readsOnly,
  async (_request, { fineTuneId }) => {
    const { name } = await getFineTuneOutline(fineTuneId);
    return textAttachment(logToText(fineTuneId), `${name}-log.txt`, "text/plain; charset=utf-8");
  },
);
