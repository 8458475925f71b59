/** What the form of a fine-tune suggests if there is the demo: a run of a few minutes. */
import { z } from "zod";
import { type FineTuneSettings, fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { db } from "@/lib/platform/database/db";

const key = "demo-fine-tune";

const stored = z.object({
  startCheckpointId: z.uuid(),
  datasetId: z.uuid(),
  settings: fineTuneSettings,
});

export type SuggestedFineTune = {
  startCheckpointId: string;
  datasetId: string;
  settings: FineTuneSettings;
};

/** Null without the demo, or where its model or dataset is gone. */
export async function getSuggestedFineTune(): Promise<SuggestedFineTune | null> {
  const row = await db.setting.findUnique({ where: { key } });
  if (!row) return null;
  const suggested = stored.parse(row.value);
  const [checkpoint, dataset] = await Promise.all([
    db.checkpoint.count({ where: { id: suggested.startCheckpointId } }),
    db.dataset.count({ where: { id: suggested.datasetId, state: "READY" } }),
  ]);
  return checkpoint > 0 && dataset > 0 ? suggested : null;
}

/** @param suggested null: nothing any more */
export async function setSuggestedFineTune(suggested: SuggestedFineTune | null): Promise<void> {
  if (suggested === null) {
    await db.setting.deleteMany({ where: { key } });
    return;
  }
  await db.setting.upsert({
    where: { key },
    create: { key, value: suggested },
    update: { value: suggested },
  });
}
