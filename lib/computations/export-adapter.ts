/** An adapter for peft, as one zip file. */
import { createReadStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { exportAdapter } from "@/lib/adapters/export-adapter";
import { getAdapter } from "@/lib/adapters/list-adapters";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import type { ComputationContext, ComputedFile } from "@/lib/platform/computing/computation";
import { db } from "@/lib/platform/database/db";
import { writeZip } from "@/lib/platform/storage/write-zip";

export async function compute(
  { adapterId }: { readonly adapterId: string },
  { folder }: ComputationContext,
): Promise<ComputedFile> {
  const adapter = await getAdapter(adapterId);
  const unpacked = join(folder, "unpacked");
  await mkdir(unpacked);
  const paths = await exportAdapter(adapterId, unpacked);
  async function* entries() {
    for (const path of paths) {
      yield { name: basename(path), bytes: createReadStream(path), isPacked: true };
    }
  }
  const name = "peft.zip";
  const bytes = await writeZip(join(folder, name), entries(), {
    message: "The adapter does not fit into a zip file, which ends at 4 GiB.",
    remedy: "Export it with npx semblance adapters export NAME --format peft, which writes a folder.",
  });
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      action: "adapter.exported",
      subject: { kind: "adapter", id: adapterId, name: adapter.name },
    }),
  );
  return { name, bytes };
}
