/** A model's card in Markdown: what it is, what it learned from and how, the hashes of its weights, and its scores. */
import { contentHash } from "@/lib/datasets/revisions/content-hash";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { markdownTable } from "@/lib/text/markdown-table";
import { markdownText } from "@/lib/text/markdown-text";
import { scoreTable } from "./score-table";

/** A file that the card goes with. */
export type CardFile = { readonly name: string; readonly bytes: number; readonly sha256: string };

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
  const { fineTune: run } = model;
  return [
    `# ${markdownText(model.name)}`,
    `Exported by Semblance ${softwareVersion}.`,
    "## Model",
    markdownTable(
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
          markdownTable(
            ["file", "bytes", "SHA-256"],
            files.map(({ name, bytes, sha256 }) => [name, String(bytes), sha256]),
          ),
        ]),
    "## Data and settings",
    ...(run === null
      ? ["Registered from a file. What it learned from is not known here."]
      : [
          markdownTable(
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
    await scoreTable({ checkpointId: id }),
    "",
  ].join("\n\n");
}

function fenced(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
