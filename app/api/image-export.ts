/** What the routes share that hand out a dataset or a sample set as one file: `as` says in which layout. */
import { computeFile } from "@/lib/computations/compute";
import { exportFileName, exportMediaTypes, toExportLayout } from "@/lib/datasets/export-images";
import type { Member } from "@/lib/platform/accounts/member";
import { computedAttachment } from "./attachment";

export async function imageExport(
  request: Request,
  member: Member,
  { of, id, name }: { of: "dataset" | "sample-set"; id: string; name: string },
): Promise<Response> {
  const layout = toExportLayout(new URL(request.url).searchParams.get("as") ?? "imagefolder");
  const { signal } = request;
  const file = await computeFile("export-images", { of, id, layout }, { owner: member.id, signal });
  return computedAttachment(file, `${name}-${exportFileName(layout)}`, exportMediaTypes[layout]);
}
