/** `semblance samples`: draws, scores, exports and lists sample sets of the platform. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { startEvaluation } from "@/jobs/evaluate/start";
import { extendSampleSet } from "@/jobs/sample/extend";
import { readImageRecord } from "@/jobs/sample/image-record";
import { startSampleSet } from "@/jobs/sample/start";
import type { Categories } from "@/lib/datasets/caption-formats/categories";
import { exportedFields } from "@/lib/datasets/caption-formats/exported-fields";
import { exportImages, toExportLayout } from "@/lib/datasets/export-images";
import { toRelativePath } from "@/lib/datasets/file-names";
import { readSplit } from "@/lib/datasets/split-choice";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { SemblanceError } from "@/lib/errors";
import { listEvaluations } from "@/lib/evaluations/list-evaluations";
import { imageEndingOf } from "@/lib/images/image-formats";
import { sniffFormat } from "@/lib/images/sniff-format";
import { db } from "@/lib/platform/database/db";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { deleteSampleSet } from "@/lib/samples/delete-sample-set";
import { exportedSamples } from "@/lib/samples/exported-samples";
import { listSampleSets } from "@/lib/samples/list-sample-sets";
import { startSampleSetInput } from "@/lib/samples/sample-fields";
import { readOrigin } from "@/lib/samples/sample-origin";
import { toSamplesFile } from "@/lib/samples/settings-file/sample-set-file";
import { counted } from "@/lib/text/counted";
import { compareGuidance } from "./compare-guidance";
import { findByName } from "./find-by-name";
import { followJob } from "./follow-job";
import { importImages } from "./import-samples";
import { readSampleSet } from "./sample-set-input";
import type { SamplesOptions } from "./samples-options";
import { parseSettings } from "./setting-options";
import { saveSamplesFile } from "./settings-file";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * @param verb draw NAME | compare-guidance NAME | import NAME | extend NAME | list | evaluate NAME | export NAME | delete NAME
 * @returns the exit code: 0; 1 for a preview that could not be imported, and for an evaluation without a score
 */
export async function samples(
  verb: string,
  name: string | undefined,
  options: SamplesOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  switch (verb) {
    case "list":
      await list(output);
      return 0;
    case "draw":
      return draw(name, options, output);
    case "compare-guidance":
      return compareGuidance(name, options, output);
    case "import":
      return importImages(name, options, output);
    case "extend": {
      const { jobId } = await extendSampleSet(
        (await findByName("sampleSet", name)).id,
        options.captions ?? null,
      );
      if (options.wait === false) output.write(`${jobId}\n`);
      else await followJob(jobId);
      return 0;
    }
    case "evaluate":
      return evaluate((await findByName("sampleSet", name)).id, options, output);
    case "export": {
      const { id } = await findByName("sampleSet", name);
      const folder = resolve(options.out ?? String(name));
      if (options.as === undefined) await exportFiles(id, folder, output);
      else {
        const count = await exportImages(exportedSamples(id), toExportLayout(options.as), folder);
        output.write(`${counted(count, "image", "images")} in ${folder}\n`);
      }
      return 0;
    }
    case "delete":
      await deleteSampleSet((await findByName("sampleSet", name)).id);
      return 0;
    default:
      throw new SemblanceError("invalid_input", `semblance samples has no action “${verb}”.`, {
        remedy: "Actions are draw, compare-guidance, import, extend, list, evaluate, export and delete.",
      });
  }
}

async function list(output: Output): Promise<void> {
  const { sampleSets } = await listSampleSets({ pageSize: 1000 });
  output.write(
    toTable(
      ["name", "state", "dataset", "base", "upsampler", "drawn", "of"],
      sampleSets.map((row) => [
        row.name,
        row.state.toLowerCase(),
        row.dataset.name,
        row.baseCheckpoint?.name ?? "imported",
        row.upsamplerCheckpoint?.name ?? "–",
        row.drawn,
        row.requested,
      ]),
    ),
  );
}

async function draw(name: string | undefined, options: SamplesOptions, output: Output): Promise<number> {
  const { set, settings, compare } = await readSampleSet(name, "draw", options);
  if (compare) {
    throw new SemblanceError("invalid_input", `${options.settings} describes a comparison of guidances.`, {
      remedy: `npx semblance samples compare-guidance --settings ${options.settings}`,
    });
  }
  const input = startSampleSetInput.parse({ ...set, settings: parseSettings(sampleSettings, settings) });
  if (options.writeSettings !== undefined) {
    await saveSamplesFile(options.writeSettings, await toSamplesFile(input));
    output.write(`${options.writeSettings}\n`);
    return 0;
  }
  const { jobId } = await startSampleSet(input);
  if (options.wait === false) output.write(`${jobId}\n`);
  else await followJob(jobId);
  return 0;
}

async function evaluate(sampleSetId: string, options: SamplesOptions, output: Output): Promise<number> {
  const { evaluationId, jobId } = await startEvaluation({
    sampleSetId,
    ...(options.dataset === undefined
      ? {}
      : { datasetId: (await findByName("dataset", options.dataset)).id }),
    split: readSplit(options.split, "--split"),
    captionCategories: options.category === undefined ? [] : [options.category].flat(),
    ...(options.metrics === undefined ? {} : { metrics: options.metrics.split(",") as never }),
    sidePx: (options.side ?? null) as 64 | 256 | null,
  });
  if (options.wait === false) {
    output.write(`${jobId}\n`);
    return 0;
  }
  await followJob(jobId);
  const { evaluations } = await listEvaluations({ ids: [evaluationId] });
  const [evaluation] = evaluations;
  const scores = evaluation?.scores ?? [];
  output.write(
    toTable(
      ["metric", "value", "low", "high", "real", "generated"],
      scores.map((score) => [
        score.metric,
        ...[score.value, score.low, score.high].map((figure) => figure?.toPrecision(6) ?? "–"),
        score.realCount,
        score.generatedCount,
      ]),
    ),
  );
  for (const { metric, warnings, remedy } of scores) {
    for (const text of [...warnings, ...(remedy ? [remedy] : [])]) output.write(`${metric}: ${text}\n`);
  }
  const { computed, reused } = evaluation ?? {};
  if (reused) output.write(`features: ${reused} of ${reused + (computed ?? 0)} from the cache\n`);
  return scores.some(({ value }) => value !== null) ? 0 : 1;
}

/**
 * Images under the paths of their captions' files, with captions beside them, as `semblance evaluate` reads them, and
 * with the settings of each as JSON; of imported ones its file, model, seed and settings.
 */
async function exportFiles(sampleSetId: string, folder: string, output: Output): Promise<void> {
  const rows = await db.sample.findMany({
    where: { sampleSetId },
    orderBy: [{ caption: { image: { position: "asc" } } }, { caption: { position: "asc" } }, { seed: "asc" }],
    include: {
      caption: {
        select: { text: true, categories: true, position: true, image: { select: { stem: true } } },
      },
    },
  });
  await mkdir(folder, { recursive: true });
  for (const { caption, seed, origin, blobSha256 } of rows) {
    // Only sets of every caption have a second one of a photograph.
    const which = caption.position === 0 ? "" : `-caption-${caption.position + 1}`;
    const stem = join(folder, `${toRelativePath(caption.image.stem)}${which}-seed-${seed}`);
    const bytes = await readBlob(blobSha256);
    const record = readOrigin(origin) ?? readImageRecord(bytes);
    await mkdir(dirname(stem), { recursive: true });
    await writeFile(`${stem}${endingOf(bytes)}`, bytes);
    const fields = exportedFields(caption.categories as Categories, undefined);
    if (record !== null || fields.categories !== undefined) {
      const description = { ...(record ?? { caption: caption.text }), ...fields };
      await writeFile(`${stem}.json`, `${JSON.stringify(description, null, 2)}\n`);
    }
    await writeFile(`${stem}.txt`, `${caption.text}\n`);
  }
  output.write(`${counted(rows.length, "image", "images")} in ${folder}\n`);
}

/** Drawn images are PNG files; imported ones are what they were. */
function endingOf(bytes: Uint8Array): string {
  return imageEndingOf(sniffFormat(bytes) ?? "png");
}
