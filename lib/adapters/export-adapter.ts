/** An adapter as a folder for peft: its matrices, its configuration, and a card that says what it is. */
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentHash } from "@/lib/datasets/revisions/content-hash";
import { readLora } from "@/lib/diffusion/lora/lora-adapter";
import { writePeftAdapter } from "@/lib/diffusion/lora/peft-adapter";
import { SemblanceError } from "@/lib/errors";
import { scoreTable } from "@/lib/evaluations/score-table";
import { db } from "@/lib/platform/database/db";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { hashFile } from "@/lib/platform/storage/hash-file";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { markdownText } from "@/lib/text/markdown-text";

/**
 * @param folder is there, and empty
 * @returns the paths of the files
 * @throws SemblanceError `not_found`; as readLora and writeSafetensors
 */
export async function exportAdapter(id: string, folder: string): Promise<string[]> {
  const adapter = await findAdapter(id);
  const held = new LocalFiles();
  try {
    const lora = await readLora(await held.pathOf(adapter.blobSha256), { alpha: adapter.alpha });
    const base = adapter.fineTune?.startCheckpoint?.name ?? null;
    const names = await writePeftAdapter(folder, lora, base);
    const files = await Promise.all(names.map((name) => describe(folder, name)));
    const { fineTune: run } = adapter;
    const data = run && (await contentHash(run.datasetId, run.datasetRevision));
    const scores = await scoreTable({ adapterId: id });
    await writeFile(join(folder, "README.md"), card(adapter, data, files, scores), { flag: "wx" });
    return [...names, "README.md"].map((name) => join(folder, name));
  } finally {
    await held.release();
  }
}

async function findAdapter(id: string) {
  const adapter = await db.adapter.findUnique({
    where: { id },
    include: { fineTune: { include: { dataset: true, startCheckpoint: true } } },
  });
  if (adapter) return adapter;
  throw new SemblanceError("not_found", "There is no such adapter.", { remedy: "It may have been deleted." });
}

async function describe(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  return `- ${name}: ${(await stat(path)).size} bytes, SHA-256 ${await hashFile(path)}`;
}

function card(
  { name, rank, alpha, step, sizes, fineTune: run }: Awaited<ReturnType<typeof findAdapter>>,
  dataSha256: string | null,
  files: readonly string[],
  scores: string,
): string {
  const base = run?.startCheckpoint;
  return [
    `# ${markdownText(name)}`,
    `A LoRA adapter of rank ${rank} and alpha ${alpha} for ${Object.keys(sizes as object).length} weights of a GLIDE base model. Exported by Semblance ${softwareVersion}.`,
    "## Files",
    files.join("\n"),
    "## Data and settings",
    run === null
      ? "Registered from a file. What it learned from is not known here."
      : [
          `- fine-tune: ${markdownText(run.name)}, step ${step}`,
          `- base: ${base ? `${markdownText(base.name)}, SHA-256 of its file ${base.blobSha256}` : "no longer known"}`,
          `- dataset: ${markdownText(run.dataset.name)}, revision ${run.datasetRevision}, SHA-256 of its images, captions and splits ${dataSha256}`,
        ].join("\n"),
    ...(run === null ? [] : [`\`\`\`json\n${JSON.stringify(run.settings, null, 2)}\n\`\`\``]),
    "## Evaluation",
    scores,
    "## Use",
    "`PeftModel.from_pretrained(model, folder)`, where `model` is the base in OpenAI's published code.",
    "",
  ].join("\n\n");
}
