/** A run that is tried in the worker before it is started, and what is remembered of that. */
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findTrial, getTrialledRun } from "@/jobs/estimate-run/get-trial";
import { handle } from "@/jobs/estimate-run/handler";
import { estimateRunJob } from "@/jobs/estimate-run/job";
import { startEstimate } from "@/jobs/estimate-run/start";
import { startFineTune } from "@/jobs/fine-tune/start";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { OPTIONS_METADATA_KEY } from "@/lib/diffusion/model/open-model";
import { startFineTuneInput } from "@/lib/fine-tunes/fine-tune-fields";
import { getFineTuneOutline } from "@/lib/fine-tunes/get-fine-tune";
import { keepJobResult } from "@/lib/platform/jobs/job-result";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { withTestDatabase } from "@/tests/database";
import { smallOptions } from "@/tests/lib/diffusion/training/small-run";

const { db, dataFolder } = await withTestDatabase();
afterAll(async () => {
  await stopQueue();
  await rm(join(dataFolder, "runs"), { recursive: true, force: true });
});

let run: ReturnType<typeof startFineTuneInput.parse>;

beforeAll(async () => {
  const { id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
  for (let position = 0; position < 3; position++) {
    const background = { r: 60 * position, g: 160, b: 90 };
    const png = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toBuffer();
    const { sha256 } = await storeBlob(png, { mediaType: "image/png" });
    await db.image.create({
      data: {
        datasetId,
        stem: `dog-${position}`,
        position,
        blobSha256: sha256,
        widthPx: 64,
        heightPx: 64,
        captions: { create: { position: 0, text: `dog ${position}`, tokenCount: 4 } },
      },
    });
  }
  const path = join(dataFolder, "imports", "small.safetensors");
  await writeSafetensors(
    path,
    new Map(
      [...initialWeights(smallOptions, 1)].map(([name, { shape, data }]) => [
        name,
        { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> },
      ]),
    ),
    { [OPTIONS_METADATA_KEY]: JSON.stringify(smallOptions) },
  );
  const { checkpointId } = await registerCheckpoint({ name: "small", source: { kind: "file", path } });
  run = startFineTuneInput.parse({
    name: "a run",
    datasetId,
    startCheckpointId: checkpointId,
    settings: { epochs: 2, batchSize: 1 },
  });
});

/** As the worker does it. */
async function work(jobId: string): Promise<void> {
  const job = await db.job.findUniqueOrThrow({ where: { id: jobId } });
  await handle(estimateRunJob.payload.parse(job.payload), {
    signal: new AbortController().signal,
    lost: new AbortController().signal,
    provider: "cpu",
    report: () => {},
    keepResult: (result) => keepJobResult(estimateRunJob, jobId, result),
  });
  await db.job.update({ where: { id: jobId }, data: { state: "SUCCEEDED" } });
}

test("a trial waits for a worker, is asked for once, and its result goes with the run that is started", async () => {
  expect(await findTrial(run)).toBeNull();
  const { trialId, jobId } = await startEstimate(run);
  expect(await startEstimate({ ...run, name: "another name" })).toEqual({ trialId, jobId });
  expect(await findTrial(run)).toMatchObject({ state: "QUEUED", waits: "no-worker", estimate: null });
  const worker = { hostname: "here", pid: 1, executionProvider: "cpu", declinedProviders: [] };
  await db.worker.create({ data: { id: randomUUID(), ...worker, isFree: false, holdsDevice: true } });
  expect(await findTrial(run)).toMatchObject({ waits: "busy" });

  await work(jobId);
  const trial = await findTrial(run);
  expect(trial).toMatchObject({
    state: "SUCCEEDED",
    waits: null,
    estimate: { provider: "cpu", measures: { imageCount: 3, validationSeconds: null, previewSeconds: null } },
  });
  expect((await readdir(join(dataFolder, "runs"))).filter((name) => name.startsWith("trial"))).toEqual([]);
  expect(await getTrialledRun(trialId)).toMatchObject({ name: "a run", settings: { epochs: 2 } });

  // More epochs and another seed take as long for each step; a larger batch does not.
  const longer = { ...run, settings: { ...run.settings, epochs: 50, seed: 9 } };
  expect((await findTrial(longer))?.jobId).toBe(jobId);
  const larger = { ...run, settings: { ...run.settings, batchSize: 2 } };
  expect(await findTrial(larger)).toBeNull();

  const { fineTuneId } = await startFineTune(longer);
  expect((await getFineTuneOutline(fineTuneId)).estimate).toEqual(trial!.estimate);
  const other = await startFineTune({ ...larger, name: "a larger batch" });
  expect((await getFineTuneOutline(other.fineTuneId)).estimate).toBeNull();
}, 60_000);

test("what could not be started is not tried", async () => {
  await expect(
    startEstimate({ ...run, settings: { ...run.settings, validationEverySteps: 5 } }),
  ).rejects.toMatchObject({ details: { field: "settings.validationEverySteps" } });
  const jobs = await db.job.count({ where: { kind: estimateRunJob.kind } });
  expect(jobs).toBe(1);
});
