/** `semblance samples import`: images of any generator as a sample set. */
import { readFile } from "node:fs/promises";
import { basename, relative, resolve, sep } from "node:path";
import { startSampleImport } from "@/jobs/import-samples/start";
import { SemblanceError } from "@/lib/errors";
import { operatorFiles } from "@/lib/platform/server-files/file-access";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { assertImportable, withoutRejected } from "@/lib/samples/import/assert-importable";
import { type SampleImportPlan, withImportPlan } from "@/lib/samples/import/plan-import";
import {
  type PreviewSampleImportInput,
  previewSampleImportInput,
  startSampleImportInput,
} from "@/lib/samples/import/sample-import-fields";
import { counted } from "@/lib/text/counted";
import { findByName } from "./find-by-name";
import { followJob } from "./follow-job";

type Output = Pick<NodeJS.WriteStream, "write">;

export type ImportSamplesOptions = {
  dataset?: string;
  images?: string;
  manifest?: string;
  match?: string;
  imageColumn?: string;
  captionColumn?: string;
  several?: boolean;
  model?: string;
  accept?: boolean;
  /** Files of doubtful matches; one, or several where the option is repeated. */
  reject?: string | string[];
  preview?: boolean;
  wait?: boolean;
};

/**
 * Lists what is missing, left over and doubtful, then imports where that is accepted.
 *
 * @returns the exit code: 0; 1 for a preview of what could not be imported
 * @throws SemblanceError `invalid_file` naming what forbids the import; nothing is stored then
 */
export async function importImages(
  name: string | undefined,
  options: ImportSamplesOptions,
  output: Output,
): Promise<number> {
  if (name === undefined || options.images === undefined) {
    throw new SemblanceError("invalid_input", "Give the sample set a name, and the folder of its images.", {
      remedy: "npx semblance samples import NAME --dataset DATASET --images FOLDER",
    });
  }
  const input = previewSampleImportInput.parse({
    datasetId: (await findByName("dataset", options.dataset)).id,
    source: { kind: "folder", path: resolve(options.images) },
    matchBy: options.match ?? "auto",
    imageColumn: options.imageColumn ?? "",
    captionColumn: options.captionColumn ?? "",
    isSeveral: options.several ?? false,
    model: options.model ?? "",
    ...(options.manifest === undefined ? {} : await locateManifest(options.images, options.manifest)),
  });
  const accept = options.accept ?? false;
  const rejected = [options.reject ?? []].flat().map(String);
  const refusal = await withImportPlan(input, operatorFiles, async (plan) => {
    describe(plan, output);
    try {
      assertImportable(withoutRejected(plan, rejected), accept);
      return null;
    } catch (error) {
      return error;
    }
  });
  if (options.preview) return refusal === null ? 0 : 1;
  if (refusal !== null) throw refusal;
  const asked = startSampleImportInput.parse({ ...input, name, accept, rejected });
  const { jobId } = await startSampleImport(asked, { isOperator: true });
  if (options.wait === false) output.write(`${jobId}\n`);
  else await followJob(jobId);
  return 0;
}

/** A manifest among the images is read with them, another one is handed over. */
async function locateManifest(
  images: string,
  manifest: string,
): Promise<Pick<PreviewSampleImportInput, "manifest"> | Pick<PreviewSampleImportInput, "manifestFile">> {
  const inside = relative(resolve(images), resolve(manifest));
  if (!inside.startsWith("..")) return { manifest: inside.split(sep).join("/") };
  const bytes = await readFile(manifest).catch((cause: unknown) => {
    throw new SemblanceError("not_found", `${manifest}: the manifest cannot be read.`, {
      remedy: "Check the path.",
      cause,
    });
  });
  return { manifestFile: { name: basename(manifest), sha256: (await blobStore().put(bytes)).sha256 } };
}

/** Lines of a list that are printed; the rest is counted. */
const mostLines = 50;

function describe(plan: SampleImportPlan, output: Output): void {
  const { matches, missing, surplus, refusals } = plan;
  const captions = new Set(matches.map(({ caption }) => caption.id)).size;
  output.write(
    `${counted(matches.length, "image", "images")} for ${counted(captions, "caption", "captions")}, matched by ${plan.by}\n`,
  );
  const doubtful = matches.flatMap(({ file, caption, doubt }) =>
    doubt === null ? [] : [`${file}: “${caption.text}”, but ${doubt}`],
  );
  const lists: [one: string, many: string, lines: readonly string[]][] = [
    ["caption without an image", "captions without an image", missing],
    [
      "image that matches no caption",
      "images that match no caption",
      surplus.map(({ file, reason }) => `${file}: ${reason}`),
    ],
    ["doubtful match", "doubtful matches", doubtful],
    ["fault", "faults", refusals.map(({ message, remedy }) => `${message} ${remedy}`)],
  ];
  for (const [one, many, lines] of lists) {
    if (lines.length === 0) continue;
    output.write(`${counted(lines.length, one, many)}\n`);
    for (const line of lines.slice(0, mostLines)) output.write(`  ${line}\n`);
    if (lines.length > mostLines) output.write(`  and ${lines.length - mostLines} more\n`);
  }
}
