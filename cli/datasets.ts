/** `semblance import` and `semblance datasets import`: reads images and captions into a dataset. */
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { startAudit } from "@/jobs/audit-dataset/start";
import { startFindingDuplicates } from "@/jobs/find-duplicates/start";
import { startImport } from "@/jobs/import-dataset/start";
import { getAuditReport, reportToMarkdown } from "@/lib/datasets/audit/audit-report";
import { type AuditNetwork, auditNetworkNames } from "@/lib/datasets/audit/contradictions";
import { getWordLists } from "@/lib/datasets/audit/dataset-word-lists";
import { captionExtensions } from "@/lib/datasets/caption-formats";
import { checkSource } from "@/lib/datasets/check-source";
import { createCaptionList } from "@/lib/datasets/create-caption-list";
import { decodeText } from "@/lib/datasets/decode-text";
import { deleteDataset } from "@/lib/datasets/delete-dataset";
import { listNearDuplicates } from "@/lib/datasets/duplicates/list-near-duplicates";
import { exportImages, toExportLayout } from "@/lib/datasets/export-images";
import { exportPrompts } from "@/lib/datasets/export-prompts";
import { exportedImages, exportedPrompts } from "@/lib/datasets/exported-images";
import { extensionOf } from "@/lib/datasets/file-names";
import { getDataset } from "@/lib/datasets/get-dataset";
import { countRemarks } from "@/lib/datasets/import-report";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { previewImport } from "@/lib/datasets/preview-import";
import { readSkills } from "@/lib/datasets/prompt-skills";
import { readCaptionBytes } from "@/lib/datasets/read-caption-file";
import { containerEndings } from "@/lib/datasets/sources/archive-names";
import { SemblanceError } from "@/lib/errors";
import { operatorFiles } from "@/lib/platform/server-files/file-access";
import { counted } from "@/lib/text/counted";
import { printRevisions, restore, splitByOptions } from "./dataset-revisions";
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
  /** Separated by commas. */
  categoryColumn?: string;
  /** audit: a network, or “none”. */
  network?: string;
  /** audit: separated by commas. */
  attributes?: string;
  json?: boolean;
  /** export: one of `exportLayouts`. */
  as?: string;
  out?: string;
  /** split: from 0 to 1. */
  heldOut?: number;
  /** split: decides which images a share is. */
  seed?: number;
  /** split: path of a file of names. */
  list?: string;
  /** restore: number of the revision. */
  revision?: number;
  wait?: boolean;
};

/** @param source path of a folder or an archive, or of a file of captions that have no images. @returns the exit code: 0 */
export async function importSource(
  source: string,
  options: ImportOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  const path = resolve(source);
  if (captionExtensions.includes(extensionOf(path))) return importCaptions(path, options, output);
  const { datasetId, jobId } = await startImport(
    {
      name: options.name ?? nameOf(path),
      description: options.description ?? "",
      ...(options.language === undefined ? {} : { captionLanguage: options.language }),
      source: { kind: "folder", path },
      columns: columnsOf(options),
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
      `${dataset.name}: ${counted(dataset.imageCount, "image", "images")}, ${counted(dataset.captionCount, "caption", "captions")}, ${counted(countRemarks(dataset.report), "remark", "remarks")}\n`,
    );
  }
  return 0;
}

function columnsOf({ captionColumn, imageColumn, categoryColumn }: ImportOptions) {
  return {
    ...(captionColumn === undefined ? {} : { captions: captionColumn.split(",") }),
    ...(imageColumn === undefined ? {} : { image: imageColumn }),
    ...(categoryColumn === undefined ? {} : { categories: categoryColumn.split(",") }),
  };
}

async function importCaptions(path: string, options: ImportOptions, output: Output): Promise<number> {
  const file = basename(path);
  const name = options.name ?? file.slice(0, file.length - extensionOf(file).length);
  const { captionCount } = await createCaptionList({
    name,
    ...(options.language === undefined ? {} : { captionLanguage: options.language }),
    file,
    text: decodeText(file, await readCaptionBytes(path)),
    columns: columnsOf(options),
    skills: await readSkillsBeside(path),
  });
  output.write(`${name}: ${counted(captionCount, "caption", "captions")} without images\n`);
  return 0;
}

/** Of genai_image.json the skills in genai_skills.json; null where there are none. */
async function readSkillsBeside(path: string): Promise<{ file: string; text: string } | null> {
  const beside = path.replace(/[^_/\\]*\.json$/i, "skills.json");
  if (beside === path || extensionOf(path) !== ".json") return null;
  const file = basename(beside);
  const bytes = await readFile(beside).catch(() => null);
  const text = bytes && decodeText(file, bytes);
  return text && readSkills(file, text) ? { file, text } : null;
}

/** The last part of the path, without the ending of an archive or a Parquet file. */
function nameOf(path: string): string {
  const name = basename(path);
  const ending = containerEndings.find((each) => name.toLowerCase().endsWith(each)) ?? "";
  return name.slice(0, name.length - ending.length) || name;
}

/**
 * `semblance datasets VERB [subject]`: list, preview, import, audit, export, split, revisions, restore, find-duplicates or delete.
 *
 * @param subject preview and import: a path; all others but list: a dataset's name
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
      if (subject === undefined) throw noSource("import");
      return importSource(subject, options, output);
    case "preview":
      if (subject === undefined) throw noSource("preview");
      return preview(subject, options, output);
    case "export":
      await exportDataset(subject, options, output);
      return 0;
    case "audit":
      return auditDataset(subject, options, output);
    case "split":
      await splitByOptions(subject, options, output);
      return 0;
    case "revisions":
      await printRevisions(subject, output);
      return 0;
    case "restore":
      await restore(subject, options, output);
      return 0;
    case "find-duplicates":
      await findDuplicates(subject, options, output);
      return 0;
    case "delete":
      await deleteDataset((await findByName("dataset", subject)).id);
      return 0;
    default:
      throw new SemblanceError("invalid_input", `“${verb}” is nothing to do with datasets.`, {
        remedy:
          "Actions are list, preview, import, audit, export, split, revisions, restore, find-duplicates and delete.",
      });
  }
}

function noSource(verb: string): SemblanceError {
  return new SemblanceError("invalid_input", `There is nothing to ${verb}.`, {
    remedy: `npx semblance datasets ${verb} PATH, with the path of a folder, or of a zip, tar or Parquet file.`,
  });
}

/** What `import` would take. */
async function preview(source: string, options: ImportOptions, output: Output): Promise<number> {
  const folder = { kind: "folder", path: resolve(source) } as const;
  await checkSource(folder, operatorFiles);
  const found = await previewImport(folder, columnsOf(options), operatorFiles);
  output.write(
    `${counted(found.imageCount, "image", "images")}, ${found.captionedCount} with captions, ${counted(found.captionCount, "caption", "captions")}\n`,
  );
  for (const { files, as } of found.readAs) output.write(`${files}: ${as}\n`);
  if (found.columns.length > 0) output.write(`columns: ${found.columns.join(", ")}\n`);
  output.write(
    toTable(
      ["image", "captions"],
      found.rows.map(({ path, captions }) => [path, captions.join(" | ")]),
    ),
  );
  for (const { message, remedy } of found.remarks) output.write(`${message} ${remedy}\n`);
  const more = found.remarkCount - found.remarks.length;
  if (more > 0) output.write(`${counted(more, "more remark", "more remarks")}\n`);
  return 0;
}

/** Waits for the audit, and prints its report. */
async function auditDataset(
  name: string | undefined,
  { network = "none", attributes, json = false }: ImportOptions,
  output: Output,
): Promise<number> {
  const { id: datasetId } = await findByName("dataset", name);
  const { lists } = await getWordLists(datasetId);
  const comparedBy = network === "none" ? null : toNetwork(network);
  const { jobId } = await startAudit({
    datasetId,
    network: comparedBy,
    attributes: attributes?.split(",") ?? lists.attributes.slice(0, 1).map((attribute) => attribute.name),
  });
  await followJob(jobId);
  const report = await getAuditReport(datasetId);
  output.write(json ? `${JSON.stringify(report, null, 2)}\n` : reportToMarkdown(report));
  return 0;
}

function toNetwork(name: string): AuditNetwork {
  const network = auditNetworkNames.find((each) => each === name);
  if (network) return network;
  throw new SemblanceError("invalid_input", `No network called “${name}” compares images with captions.`, {
    remedy: `Choose ${auditNetworkNames.join(" or ")}, or none.`,
  });
}

async function exportDataset(
  name: string | undefined,
  { as = "imagefolder", out }: ImportOptions,
  output: Output,
): Promise<void> {
  const layout = toExportLayout(as);
  if (out === undefined) {
    throw new SemblanceError("invalid_input", "There is no folder to export to.", {
      remedy: `npx semblance datasets export NAME --as ${layout} --out FOLDER`,
    });
  }
  const { id } = await findByName("dataset", name);
  const { imageCount, captionCount } = await getDataset(id);
  if (imageCount === 0 && captionCount > 0) {
    const prompts = await exportPrompts(exportedPrompts(id), resolve(out));
    output.write(`${counted(prompts, "caption", "captions")} in ${join(out, "prompts.jsonl")}\n`);
    return;
  }
  const count = await exportImages(exportedImages(id), layout, resolve(out));
  output.write(`${counted(count, "image", "images")} in ${out}\n`);
}

async function findDuplicates(
  name: string | undefined,
  { wait }: ImportOptions,
  output: Output,
): Promise<void> {
  const { id } = await findByName("dataset", name);
  const { jobId } = await startFindingDuplicates(id);
  if (wait === false) {
    output.write(`${jobId}\n`);
    return;
  }
  await followJob(jobId);
  const rows = await listNearDuplicates(id);
  output.write(
    toTable(
      ["group", "image", "difference"],
      rows.map(({ group, fileName, distance }) => [group + 1, fileName, distance.toFixed(1)]),
    ),
  );
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
