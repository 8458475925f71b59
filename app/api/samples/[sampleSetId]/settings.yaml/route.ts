/** A sample set's settings as a file in YAML, to draw it again elsewhere. */
import { attachment } from "@/app/api/attachment";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { samplesFileOf } from "@/lib/samples/settings-file/sample-set-file";
import { writeSamplesFile } from "@/lib/samples/settings-file/samples-file";

export const GET = protectedRoute<{ sampleSetId: string }>(staff, readsOnly, async (_, { sampleSetId }) => {
  const file = await samplesFileOf(sampleSetId);
  return attachment(writeSamplesFile(file, "yaml"), `${file.name}.yaml`, "application/yaml; charset=utf-8");
});
