/** Draws a typed caption in the worker, and shows the image as it emerges. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { sampleTask } from "@/jobs/sample/task";
import type { ChosenAdapter } from "@/lib/adapters/chosen-adapters";
import { loraFiles } from "@/lib/adapters/lora-files";
import { readTaughtTokens } from "@/lib/diffusion/model/taught-tokens";
import { untaughtWords } from "@/lib/diffusion/model/tokenizer";
import { usesClip } from "@/lib/diffusion/sampling/sample-settings";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { storeImageFile } from "@/lib/platform/storage/store-image";
import { guidingClip, installedClip } from "@/lib/samples/installed-clip";
import type { drawCaptionJob } from "./job";

/** Steps between two images that the page gets to see. */
const guessEverySteps = 3;

export const handle: JobHandler<typeof drawCaptionJob> = async (
  payload,
  { signal, lost, provider, report, keepResult },
) => {
  const { drawingId, caption, settings } = payload;
  const base = await findModel(payload.baseCheckpointId);
  const upsampler = payload.upsamplerCheckpointId && (await findModel(payload.upsamplerCheckpointId));
  const files = new LocalFiles();
  const outputDirectory = join(dataPaths().runs, drawingId);
  try {
    const baseWeightsPath = await files.pathOf(base.blobSha256);
    const words = untaughtWords(
      caption,
      await readTaughtTokens(baseWeightsPath, base.name, base.weightsKey ?? undefined),
    );
    const show = (imageSha256: string | null) => keepResult({ imageSha256, untaughtWords: words });
    await show(null);
    await mkdir(outputDirectory, { recursive: true });
    await runEngineTask(
      sampleTask,
      {
        baseWeightsPath,
        baseSha256: base.blobSha256,
        baseKey: base.weightsKey,
        baseOptions: base.options as Record<string, unknown>,
        baseLoras: await loraFiles(await findAdapters(payload.adapters), files),
        upsamplerWeightsPath: upsampler ? await files.pathOf(upsampler.blobSha256) : null,
        ...(upsampler ? { upsamplerSha256: upsampler.blobSha256, upsamplerKey: upsampler.weightsKey } : {}),
        upsamplerOptions: upsampler ? (upsampler.options as Record<string, unknown>) : null,
        requests: [{ captionId: drawingId, caption, seed: settings.firstSeed }],
        settings,
        clip: usesClip(settings) ? await installedClip(await guidingClip(base.id)) : null,
        inpaint: payload.inpaint && {
          imagePath: await files.pathOf(payload.inpaint.imageSha256),
          maskPath: await files.pathOf(payload.inpaint.maskSha256),
        },
        outputDirectory,
        provider,
        guessEverySteps,
      },
      {
        signal,
        kill: lost,
        onEvent: async (event) => {
          if (event.type === "log") return;
          await show(await storeImageFile(event.path));
          if (event.type !== "guess") return;
          const { stage, step, stepCount } = event;
          const part = upsampler ? 0.5 : 1;
          const done = (part * step) / stepCount + (stage === "upsampler" ? part : 0);
          report(done, `${stage}, step ${step} of ${stepCount}`);
        },
      },
    );
  } finally {
    await files.release();
    if (!lost.aborted) await rm(outputDirectory, { recursive: true, force: true });
  }
};

async function findAdapters(chosen: readonly ChosenAdapter[]) {
  return Promise.all(
    chosen.map(async ({ adapterId, scale }) => {
      const adapter = await db.adapter.findUnique({ where: { id: adapterId } });
      if (adapter) return { scale, adapter };
      throw new SemblanceError("not_found", "An adapter was deleted.", { remedy: "Choose others, or none." });
    }),
  );
}

async function findModel(id: string) {
  const model = await db.checkpoint.findUnique({ where: { id } });
  if (model) return model;
  throw new SemblanceError("not_found", "The model was deleted.", { remedy: "Choose another one." });
}
