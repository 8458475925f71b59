/** A fine-tune's settings as a file in YAML, to start it again elsewhere. */
import { attachment } from "@/app/api/attachment";
import { settingsFileOf } from "@/lib/fine-tunes/settings-file/fine-tune-file";
import { writeSettingsFile } from "@/lib/fine-tunes/settings-file/write-settings-file";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute<{ fineTuneId: string }>(staff, readsOnly, async (_, { fineTuneId }) => {
  const file = await settingsFileOf(fineTuneId);
  return attachment(writeSettingsFile(file, "yaml"), `${file.name}.yaml`, "application/yaml; charset=utf-8");
});
