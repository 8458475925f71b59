/** A model's card in Markdown: what it is, what it learned from and how, the hashes of its weights, and its scores. */
import { contentHash } from "@/lib/datasets/revisions/content-hash";
import { SemblanceError } from "@/lib/errors";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { db } from "@/lib/platform/database/db";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { markdownText } from "@/lib/text/markdown-text";
import { listEvaluations } from "./list-evaluations";
import { recipeValue, recipeWords } from "./recipe-words";
import { partToText } from "./scored-part";

/** A file that the card goes with. */
export type CardFile = { readonly name: string; readonly bytes: number; readonly sha256: string };

/** The newest; a model has a handful. */
const mostEvaluations = 200;

/**
 * @param files that were exported together with the card
 * @throws SemblanceError `not_found`
 */
export async function modelCard(id: string, files: readonly CardFile[] = []): Promise<string> {
  const model = await db.checkpoint.findUnique({
    where: { id },
    include: { fineTune: { include: { dataset: true, startCheckpoint: true } } },
  });
  if (!model) throw new SemblanceError("not_found", "There is no such model.");
  const { evaluations } = await listEvaluations({ checkpointId: id, pageSize: mostEvaluations });
  const { fineTune: run } = model;
  return [
    `# ${markdownText(model.name)}`,
    `Exported by Semblance ${softwareVersion}.`,
    "## Model",
    table(
      ["what", "value"],
      [
        ["part", model.part === "BASE" ? "base model (text to image)" : "upsampler"],
        ["parameters", String(model.parameterCount)],
        ["tensors", String(model.tensorCount)],
        ["stored as", model.format],
        ...(model.weightsKey === null ? [] : [["weights in the file", model.weightsKey || "top level"]]),
        ["SHA-256 of the stored file", model.blobSha256],
        ["added", model.createdAt.toISOString()],
      ],
    ),
    "Options, under the names of OpenAI's implementation:",
    fenced(model.options),
    ...(files.length === 0
      ? []
      : [
          "## Files",
          table(
            ["file", "bytes", "SHA-256"],
            files.map(({ name, bytes, sha256 }) => [name, String(bytes), sha256]),
          ),
        ]),
    "## Data and settings",
    ...(run === null
      ? ["Registered from a file. What it learned from is not known here."]
      : [
          table(
            ["what", "value"],
            [
              ["fine-tune", run.name],
              ["step", String(model.step ?? "")],
              ["epoch", String(model.epoch ?? "")],
              ["started from", run.startCheckpoint?.name ?? "scratch"],
              ...(run.startCheckpoint ? [["SHA-256 of that file", run.startCheckpoint.blobSha256]] : []),
              ["dataset", run.dataset.name],
              ["revision of the dataset", String(run.datasetRevision)],
              [
                "SHA-256 of its images, captions and splits",
                await contentHash(run.datasetId, run.datasetRevision),
              ],
              ["language of the captions", run.dataset.captionLanguage],
              ...(run.dataset.description ? [["description", run.dataset.description]] : []),
            ],
          ),
          "Settings of the run:",
          fenced(run.settings),
        ]),
    "## Evaluation",
    scoreTable(evaluations),
    "",
  ].join("\n\n");
}

type Evaluations = Awaited<ReturnType<typeof listEvaluations>>["evaluations"];

function scoreTable(evaluations: Evaluations): string {
  const rows = evaluations.flatMap(({ sampleSet, dataset, split, captionCategories, sidePx, scores }) =>
    scores.flatMap(({ metric, value, low, high, realCount, generatedCount, recipe, warnings }) =>
      value === null
        ? []
        : [
            [
              describeMetric(metric).label,
              number(value),
              low === null || high === null ? "" : `${number(low)} to ${number(high)}`,
              sampleSet.name,
              partToText({ split, captionCategories }, dataset.name),
              sidePx === null ? "as they are" : `${sidePx} px`,
              String(generatedCount),
              String(realCount),
              [
                ...Object.entries(recipe).map(
                  ([name, entry]) => `${recipeWords(name)}: ${recipeValue(entry)}`,
                ),
                ...warnings.map((warning) => `warning: ${warning}`),
              ].join("; "),
            ],
          ],
    ),
  );
  if (rows.length === 0) return "It has not been evaluated.";
  return table(
    [
      "metric",
      "score",
      "95% interval",
      "samples",
      "compared with",
      "size",
      "generated",
      "real",
      "computed with",
    ],
    rows,
  );
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(" | ")} |`;
  return [line(names), `|${" --- |".repeat(names.length)}`, ...rows.map(line)].join("\n");
}

function fenced(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
