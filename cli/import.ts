/** `semblance import`: reads a folder of images and captions into a dataset. */
import { basename, resolve } from "node:path";
import { startImport } from "@/jobs/import-dataset/start";
import { deleteDataset } from "@/lib/datasets/delete-dataset";
import { getDataset } from "@/lib/datasets/get-dataset";
import { countRemarks } from "@/lib/datasets/import-report";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { findByName } from "./find-by-name";
import { followJob } from "./follow-job";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

/** @returns the exit code: 0 */
export async function importFolder(
  folder: string,
  options: { name?: string; description?: string; language?: string; wait?: boolean } = {},
  output: Output = process.stdout,
): Promise<number> {
  const path = resolve(folder);
  const { datasetId, jobId } = await startImport(
    {
      name: options.name ?? basename(path),
      description: options.description ?? "",
      ...(options.language === undefined ? {} : { captionLanguage: options.language }),
      source: { kind: "folder", path },
    },
    { isOperator: true },
  );
  if (options.wait === false) {
    output.write(`${jobId}\n`);
    return 0;
  }
  try {
    await followJob(jobId);
  } finally {
    const dataset = await getDataset(datasetId);
    for (const { message, remedy } of dataset.report) output.write(`${message} ${remedy}\n`);
    output.write(
      `${dataset.name}: ${dataset.imageCount} images, ${dataset.captionCount} captions, ${countRemarks(dataset.report)} remarks\n`,
    );
  }
  return 0;
}

/** `semblance datasets [list|delete] [name]`. @returns the exit code: 0 */
export async function datasets(
  verb = "list",
  name?: string,
  output: Output = process.stdout,
): Promise<number> {
  if (verb === "delete") {
    await deleteDataset((await findByName("dataset", name)).id);
    return 0;
  }
  const { datasets: rows } = await listDatasets({ pageSize: 1000, sort: "name", order: "asc" });
  output.write(
    toTable(
      ["name", "state", "images", "captions"],
      rows.map((row) => [row.name, row.state.toLowerCase(), row.imageCount, row.captionCount]),
    ),
  );
  return 0;
}
