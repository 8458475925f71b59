/** `semblance import` and `semblance datasets import`: reads images and captions into a dataset. */
import { basename, resolve } from "node:path";
import { startImport } from "@/jobs/import-dataset/start";
import { deleteDataset } from "@/lib/datasets/delete-dataset";
import { getDataset } from "@/lib/datasets/get-dataset";
import { countRemarks } from "@/lib/datasets/import-report";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { containerEndings } from "@/lib/datasets/sources/archive-names";
import { SemblanceError } from "@/lib/errors";
import { findByName } from "./find-by-name";
import { followJob } from "./follow-job";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

type ImportOptions = {
  name?: string;
  description?: string;
  language?: string;
  captionColumn?: string;
  imageColumn?: string;
  wait?: boolean;
};

/** @param source path of a folder or an archive. @returns the exit code: 0 */
export async function importSource(
  source: string,
  options: ImportOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  const path = resolve(source);
  const { datasetId, jobId } = await startImport(
    {
      name: options.name ?? nameOf(path),
      description: options.description ?? "",
      ...(options.language === undefined ? {} : { captionLanguage: options.language }),
      source: { kind: "folder", path },
      columns: {
        ...(options.captionColumn === undefined ? {} : { captions: options.captionColumn.split(",") }),
        ...(options.imageColumn === undefined ? {} : { image: options.imageColumn }),
      },
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

/** The last part of the path, without the ending of an archive or a Parquet file. */
function nameOf(path: string): string {
  const name = basename(path);
  const ending = containerEndings.find((each) => name.toLowerCase().endsWith(each)) ?? "";
  return name.slice(0, name.length - ending.length) || name;
}

/**
 * `semblance datasets [list|import|delete] [subject]`.
 *
 * @param subject import: a path; delete: a dataset's name
 * @returns the exit code: 0
 * @throws SemblanceError `invalid_input` for another verb, or an import without a path
 */
export async function datasets(
  verb = "list",
  subject?: string,
  options: ImportOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  switch (verb) {
    case "list":
      await list(output);
      return 0;
    case "import":
      if (subject !== undefined) return importSource(subject, options, output);
      throw new SemblanceError("invalid_input", "There is nothing to import.", {
        remedy:
          "npx semblance datasets import PATH, with the path of a folder, or of a zip, tar or Parquet file.",
      });
    case "delete":
      await deleteDataset((await findByName("dataset", subject)).id);
      return 0;
    default:
      throw new SemblanceError("invalid_input", `“${verb}” is nothing to do with datasets.`, {
        remedy: "Actions are list, import and delete.",
      });
  }
}

async function list(output: Output): Promise<void> {
  const { datasets: rows } = await listDatasets({ pageSize: 1000, sort: "name", order: "asc" });
  output.write(
    toTable(
      ["name", "state", "images", "captions"],
      rows.map((row) => [row.name, row.state.toLowerCase(), row.imageCount, row.captionCount]),
    ),
  );
}
