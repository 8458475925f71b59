/** An adapter for peft, as one zip file. */
import { computedAttachment } from "@/app/api/attachment";
import { getAdapter } from "@/lib/adapters/list-adapters";
import { computeFile } from "@/lib/computations/compute";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";

export const GET = protectedRoute<{ adapterId: string }>(
  staff,
  "adapter.exported",
  async (request, { adapterId }, member) => {
    const { name } = await getAdapter(adapterId);
    const { signal } = request;
    const file = await computeFile("export-adapter", { adapterId }, { owner: member.id, signal });
    return computedAttachment(file, `${name}-peft.zip`, "application/zip");
  },
);
