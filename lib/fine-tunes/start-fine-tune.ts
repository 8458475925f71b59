/** Creates a fine-tune and enqueues it. */
import { z } from "zod";
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import { transactionWithJobs } from "@/lib/jobs/queue";
import { withUniqueName } from "@/lib/unique-name";
import { fineTuneSettings } from "./fine-tune-settings";

export const startFineTuneInput = z.object({
  name: z.string().trim().min(1, "Give the fine-tune a name.").max(80),
  part: z.enum(["BASE", "UPSAMPLER"]).default("BASE"),
  datasetId: z.uuid("Choose a dataset."),
  /** Null trains `settings.preset` from scratch. */
  startCheckpointId: z.uuid().nullable().default(null),
  settings: fineTuneSettings,
});

/**
 * @throws SemblanceError `not_found` or `conflict` for a dataset or model that cannot be used; `invalid_input` for a
 *   model of the other part; `conflict` for a name in use; each with the form's field in `details.field`
 */
export async function startFineTune(
  input: z.input<typeof startFineTuneInput>,
): Promise<{ fineTuneId: string; jobId: string }> {
  const { name, part, datasetId, startCheckpointId, settings } = startFineTuneInput.parse(input);
  await checkDataset(datasetId);
  if (startCheckpointId) await checkStart(startCheckpointId, part);
  return withUniqueName("fine-tune", name, () =>
    transactionWithJobs(async (transaction, enqueue) => {
      const { id } = await transaction.fineTune.create({
        data: { name, part, datasetId, startCheckpointId, settings },
      });
      return { fineTuneId: id, jobId: await enqueue("fine-tune", { fineTuneId: id }, id) };
    }),
  );
}

async function checkDataset(id: string): Promise<void> {
  const dataset = await db.dataset.findUnique({ where: { id } });
  if (!dataset) {
    throw new SemblanceError("not_found", "There is no such dataset.", {
      remedy: "Choose another one; this one was deleted.",
      details: { field: "datasetId" },
    });
  }
  if (dataset.state === "READY") return;
  throw new SemblanceError("conflict", `The dataset “${dataset.name}” is not ready.`, {
    remedy: dataset.state === "IMPORTING" ? "Wait until its import is done." : "Import it again; it failed.",
    details: { field: "datasetId" },
  });
}

async function checkStart(id: string, part: "BASE" | "UPSAMPLER"): Promise<void> {
  const checkpoint = await db.checkpoint.findUnique({ where: { id } });
  if (!checkpoint) {
    throw new SemblanceError("not_found", "There is no such model.", {
      remedy: "Choose another one; this one was deleted.",
      details: { field: "startCheckpointId" },
    });
  }
  if (checkpoint.part === part) return;
  throw new SemblanceError(
    "invalid_input",
    part === "BASE"
      ? `“${checkpoint.name}” is an upsampler, not a base model.`
      : `“${checkpoint.name}” is a base model, not an upsampler.`,
    { remedy: "Choose a model of the part that you train.", details: { field: "startCheckpointId" } },
  );
}
