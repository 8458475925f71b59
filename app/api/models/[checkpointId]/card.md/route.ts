/** A model's card as Markdown. */
import { attachment } from "@/app/api/attachment";
import { getCheckpoint } from "@/lib/checkpoints/get-checkpoint";
import { modelCard } from "@/lib/evaluations/model-card";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute<{ checkpointId: string }>(staff, readsOnly, async (_, { checkpointId }) => {
  const { name } = await getCheckpoint(checkpointId);
  return attachment(await modelCard(checkpointId), `${name}-card.md`, "text/markdown; charset=utf-8");
});
