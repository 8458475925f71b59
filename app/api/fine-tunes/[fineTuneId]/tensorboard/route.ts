/** A run as a TensorBoard event file. */
import { computedAttachment } from "@/app/api/attachment";
import { computeFile } from "@/lib/computations/compute";
import { getFineTuneOutline } from "@/lib/fine-tunes/get-fine-tune";
import { eventFileName } from "@/lib/fine-tunes/tensorboard/event-file-name";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute<{ fineTuneId: string }>(
  staff,
  readsOnly,
  async (request, { fineTuneId }, member) => {
    const { name, createdAt } = await getFineTuneOutline(fineTuneId);
    const computed = await computeFile(
      "run-events",
      { fineTuneId },
      { owner: member.id, signal: request.signal },
    );
    return computedAttachment(computed, eventFileName(createdAt, name), "application/octet-stream");
  },
);
