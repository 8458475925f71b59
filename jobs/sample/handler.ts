/** Draws the missing samples of a set in the worker. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { loraFiles } from "@/lib/adapters/lora-files";
import { sampleSettings, seedsOf, usesClip } from "@/lib/diffusion/sampling/sample-settings";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import type { JobContext, JobHandler } from "@/lib/platform/jobs/job-handler";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { storeImageFile } from "@/lib/platform/storage/store-image";
import { assertDrawn } from "@/lib/samples/assert-drawn";
import { drawnCaptions } from "@/lib/samples/drawn-captions";
import { guidingClip, installedClip } from "@/lib/samples/installed-clip";
import { counted } from "@/lib/text/counted";
import type { sampleJob } from "./job";
import { startPlannedEvaluation } from "./start-planned-evaluation";
import { sampleTask } from "./task";

/** Draws what is missing, then asks for the evaluations that the set has planned. */
export const handle: JobHandler<typeof sampleJob> = async ({ sampleSetId }, context) => {
  await drawMissing(sampleSetId, context);
  await startPlannedEvaluation(sampleSetId);
};

type MaskedImage = { blobSha256: string | null; masks: { blobSha256: string }[] };

/** What is read of a caption's image; masks only of the set that it is completed by. */
function imageWithMask(maskSetId: string | null) {
  return {
    blobSha256: true,
    masks: { where: { maskSetId: maskSetId ?? { in: [] } }, select: { blobSha256: true } },
  } as const;
}

async function inpaintingOf({ blobSha256, masks: [mask] }: MaskedImage, files: LocalFiles) {
  if (!mask || blobSha256 === null) return null;
  return { imagePath: await files.pathOf(blobSha256), maskPath: await files.pathOf(mask.blobSha256) };
}

async function drawMissing(
  sampleSetId: string,
  { signal, lost, provider, report }: JobContext,
): Promise<void> {
  const set = await db.sampleSet.findUnique({
    where: { id: sampleSetId },
    include: {
      baseCheckpoint: true,
      upsamplerCheckpoint: true,
      adapters: { orderBy: { position: "asc" }, include: { adapter: true } },
    },
  });
  if (!set) throw new SemblanceError("not_found", "The sample set was deleted.");
  const { baseCheckpoint: base, settings: stored } = assertDrawn(set);
  const settings = sampleSettings.parse(stored);
  const captions = await db.caption.findMany({
    ...drawnCaptions(set),
    ...(set.captionLimit === null ? {} : { take: set.captionLimit }),
    select: { id: true, text: true, image: { select: imageWithMask(set.maskSetId) } },
  });
  const there = await db.sample.findMany({ where: { sampleSetId }, select: { captionId: true, seed: true } });
  const drawn = new Set(there.map(({ captionId, seed }) => `${captionId} ${seed}`));
  const wanted = captions.flatMap(({ id, text, image }) =>
    seedsOf(settings).map((seed) => ({ captionId: id, caption: text, seed, image })),
  );
  const requests = wanted.filter(({ captionId, seed }) => !drawn.has(`${captionId} ${seed}`));
  if (requests.length === 0) return;

  const files = new LocalFiles();
  const upsampler = set.upsamplerCheckpoint;
  const outputDirectory = join(dataPaths().runs, sampleSetId);
  await mkdir(outputDirectory, { recursive: true });
  let done = wanted.length - requests.length;
  try {
    await runEngineTask(
      sampleTask,
      {
        baseWeightsPath: await files.pathOf(base.blobSha256),
        baseSha256: base.blobSha256,
        baseKey: base.weightsKey,
        baseOptions: base.options as Record<string, unknown>,
        baseLoras: await loraFiles(set.adapters, files),
        upsamplerWeightsPath: upsampler && (await files.pathOf(upsampler.blobSha256)),
        upsamplerSha256: upsampler?.blobSha256,
        upsamplerKey: upsampler?.weightsKey,
        upsamplerOptions: (upsampler?.options as Record<string, unknown> | undefined) ?? null,
        requests: await Promise.all(
          requests.map(async ({ image, ...request }) => ({
            ...request,
            inpaint: await inpaintingOf(image, files),
          })),
        ),
        settings,
        clip: usesClip(settings) ? await installedClip(await guidingClip(base.id)) : null,
        outputDirectory,
        provider,
      },
      {
        signal,
        kill: lost,
        onEvent: async (event) => {
          if (event.type !== "image") return;
          const { captionId, seed, path, basePath } = event;
          const blobSha256 = await storeImageFile(path);
          const baseSha256 = basePath ? await storeImageFile(basePath) : null;
          await db.sample.createMany({
            data: { sampleSetId, captionId, seed, blobSha256, baseSha256 },
            skipDuplicates: true,
          });
          done++;
          report(done / wanted.length, `${done} of ${counted(wanted.length, "image", "images")}`);
        },
      },
    );
  } finally {
    await files.release();
    if (!lost.aborted) await rm(outputDirectory, { recursive: true, force: true });
  }
}
