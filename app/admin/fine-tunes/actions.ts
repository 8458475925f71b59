/** Starting fine-tunes, their settings as files, what their form asks before, and what people write about them. */
"use server";

import { z } from "zod";
import { findTrial } from "@/jobs/estimate-run/get-trial";
import { startEstimate } from "@/jobs/estimate-run/start";
import { startFineTune } from "@/jobs/fine-tune/start";
import { compute } from "@/lib/computations/compute";
import { startFineTuneInput } from "@/lib/fine-tunes/fine-tune-fields";
import { preparationInput } from "@/lib/fine-tunes/preparation-fields";
import { trialledRun } from "@/lib/fine-tunes/run-estimate";
import { archiveRun, saveRunNotes } from "@/lib/fine-tunes/run-notes";
import { runArchiving, runNotes } from "@/lib/fine-tunes/run-notes-fields";
import { toSettingsFile } from "@/lib/fine-tunes/settings-file/fine-tune-file";
import { writeSettingsFile } from "@/lib/fine-tunes/settings-file/write-settings-file";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { revalidate } from "../entities/revalidate";

export const start = protectedAction(staff, "fine-tune.started", startFineTuneInput, async (input) => {
  const started = await startFineTune(input);
  revalidate("fine-tune");
  return { fineTuneId: started.fineTuneId };
});

/** Has a run tried before it is started. */
export const estimate = protectedAction(staff, "fine-tune.estimated", startFineTuneInput, async (input) => {
  const { trialId } = await startEstimate(input);
  revalidate("job");
  return { trialId };
});

export const findTrialOf = protectedAction(staff, readsOnly, trialledRun, (run) => findTrial(run));

/** What a settings file fills the form with. */
export const readFile = protectedAction(
  staff,
  readsOnly,
  z.object({ text: z.string(), name: z.string().min(1).max(300) }),
  (file, { id }) => compute("read-fine-tune-file", file, { owner: id }),
);

/** The form's settings as the text of a settings file. */
export const writeFile = protectedAction(staff, readsOnly, startFineTuneInput, async (input) =>
  writeSettingsFile(await toSettingsFile(input), "yaml"),
);

export const saveNotes = protectedAction(staff, "fine-tune.noted", runNotes, async (input) => {
  await saveRunNotes(input);
  revalidate("fine-tune");
});

export const archive = protectedAction(
  staff,
  ["fine-tune.archived", "fine-tune.restored"],
  runArchiving,
  async (input) => {
    await archiveRun(input);
    revalidate("fine-tune");
  },
);

export const prepare = protectedAction(staff, readsOnly, preparationInput, (input, member) =>
  compute("prepare-training", input, { owner: member.id }),
);
