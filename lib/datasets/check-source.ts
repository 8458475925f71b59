/** Checks that what somebody wants to import is there, before a job is queued. */
import { stat } from "node:fs/promises";
import { SemblanceError } from "@/lib/errors";
import type { FileAccess } from "@/lib/platform/server-files/file-access";
import { withOpenFile } from "@/lib/platform/server-files/open-file";
import { blobStore } from "@/lib/platform/storage/store-blob";
import type { ImportFiles } from "./import-files";
import { checkFolder } from "./list-folder";
import { isContainer } from "./sources/archive-names";

/**
 * @param access to a folder, an archive or a Parquet file of the server
 * @throws SemblanceError `not_found` or `invalid_input`, with the form's field in `details.field`
 */
export async function checkSource(source: ImportFiles, access: FileAccess): Promise<void> {
  if (source.kind === "upload") return checkUploads(source.files);
  const { path } = source;
  if (!isContainer(path)) return checkFolder(path, access);
  await access.checkName(path);
  const found = await stat(path).catch(() => null);
  if (found?.isFile()) await withOpenFile(path, { access }, async () => {});
  else await checkFolder(path, access);
}

/** @throws SemblanceError `not_found` naming the first upload that never arrived */
async function checkUploads(files: readonly { name: string; sha256: string }[]): Promise<void> {
  for (const { name, sha256 } of files) {
    if (await blobStore().has(sha256)) continue;
    throw new SemblanceError("not_found", `The upload of ${name} is missing.`, {
      remedy: "Upload the files again.",
      details: { field: "files" },
    });
  }
}
