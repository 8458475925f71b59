/** Creates a dataset and enqueues the job that reads its pictures. */
import { isAbsolute } from "node:path";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { jobPayloads } from "@/lib/platform/jobs/definitions";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { nameText } from "../text/name-text";
import { captionLanguage } from "./caption-language";
import { checkUploads } from "./import-source";
import { checkFolder } from "./list-folder";

export const startImportInput = z.object({
  name: nameText("Give the dataset a name.", 100),
  description: z.string().trim().max(2000).default(""),
  captionLanguage,
  source: jobPayloads["import-dataset"].shape.source,
});

/**
 * @throws SemblanceError `conflict` for a name in use; `not_found` or `invalid_input` for a folder or an upload that
 *   is not there, with the form's field in `details.field`
 */
export async function startImport(
  input: z.input<typeof startImportInput>,
): Promise<{ datasetId: string; jobId: string }> {
  const { name, description, captionLanguage, source } = startImportInput.parse(input);
  if (source.kind === "folder") {
    if (!isAbsolute(source.path)) {
      throw new SemblanceError("invalid_input", `${source.path} is not a complete path.`, {
        remedy: "Give the path from the root, such as /home/me/photographs.",
        details: { field: "path" },
      });
    }
    await checkFolder(source.path);
  } else {
    await checkUploads(source.files);
  }
  return withUniqueName("dataset", name, () =>
    transactionWithJobs(async (transaction, enqueue) => {
      const { id } = await transaction.dataset.create({ data: { name, description, captionLanguage } });
      const jobId = await enqueue("import-dataset", { datasetId: id, source }, id);
      return { datasetId: id, jobId };
    }),
  );
}
