/** Runs that people pause, resume, and ask for weights and previews, with the real worker and engine. */
import { afterAll, expect, test } from "vitest";
import { pauseFineTune } from "@/jobs/fine-tune/pause";
import { getRunControl } from "@/jobs/fine-tune/run-control";
import { startFineTune } from "@/jobs/fine-tune/start";
import { retryJobOf } from "@/jobs/retry-job";
import { getFineTune } from "@/lib/fine-tunes/get-fine-tune";
import { requestOfRun } from "@/lib/fine-tunes/run-requests";
import { withTestDatabase } from "@/tests/database";
import { until } from "@/tests/until";
import { startWorker } from "@/workers/start-worker";
import { lastWeights, makeSmallStart } from "./small-run-world";

const { db } = await withTestDatabase();
let worker = await startWorker({ provider: "cpu", declined: [] });
afterAll(() => worker.stop());

test("a run that is paused, resumed and asked for weights and previews ends as one that is left alone", {
  timeout: 600_000,
}, async () => {
  const start = await makeSmallStart();
  const settings = {
    epochs: 80,
    batchSize: 1,
    emaDecay: 0.99,
    accumulationSteps: 2,
    checkpointEverySteps: 10_000,
    previewCaptions: ["square 0"],
    previewEverySteps: 10_000,
  };
  const { fineTuneId } = await startFineTune({ name: "disturbed", ...start, settings });
  const run = () => getFineTune(fineTuneId);
  // Asked before it has begun.
  await requestOfRun(fineTuneId, "SAVE");
  await requestOfRun(fineTuneId, "SAVE");
  await until("it has saved", async () => (await db.checkpoint.count({ where: { fineTuneId } })) === 1);
  expect((await run()).state).toBe("RUNNING");
  await requestOfRun(fineTuneId, "SAMPLE");
  await until("it has drawn", async () => (await getRunControl(fineTuneId)).requests.length === 0);
  const drawn = await run();
  expect(drawn.previews).toMatchObject([{ caption: "square 0" }]);
  expect(drawn.checkpoints[0]!.name).toBe(`disturbed, step ${drawn.checkpoints[0]!.step}`);

  await pauseFineTune(fineTuneId);
  await until("its worker is free", async () => !(await getRunControl(fineTuneId)).isStored);
  const paused = await run();
  expect(paused).toMatchObject({ state: "PAUSED", finishedAt: null });
  const log = paused.log.map(({ message }) => message).join("\n");
  const [, stopped] = /Stopped after step (\d+); its state is saved/.exec(log)!;
  expect(Number(stopped)).toBeLessThan(paused.totalSteps);
  const refusal = "“disturbed” is paused.";
  await expect(requestOfRun(fineTuneId, "SAVE")).rejects.toThrow(refusal);
  await expect(pauseFineTune(fineTuneId)).rejects.toThrow(refusal);
  // Another worker, as after a restart, leaves it alone until somebody resumes it.
  await worker.stop();
  worker = await startWorker({ provider: "cpu", declined: [] });
  await retryJobOf(fineTuneId);
  const { fineTuneId: aloneId } = await startFineTune({ name: "left alone", ...start, settings });
  for (const id of [fineTuneId, aloneId]) {
    await until("it ends", async () => {
      const { state } = await db.fineTune.findUniqueOrThrow({ where: { id } });
      return ["SUCCEEDED", "FAILED"].includes(state);
    });
  }
  const [ended, alone] = [await run(), await getFineTune(aloneId)];
  expect([ended.error, alone.error]).toEqual([null, null]);
  expect(ended.log.map(({ message }) => message).join("\n")).toContain(`Continued after step ${stopped} of`);
  expect(ended.curves.loss).toEqual(alone.curves.loss);
  expect(await lastWeights(fineTuneId)).toEqual(await lastWeights(aloneId));
  for (const act of [() => requestOfRun(fineTuneId, "SAMPLE"), () => pauseFineTune(fineTuneId)]) {
    await expect(act()).rejects.toThrow("“disturbed” is finished.");
  }
  expect(await db.job.count({ where: { state: { in: ["PAUSED", "CANCELLED"] } } })).toBe(0);
});

test("a run without preview captions cannot be asked for previews", async () => {
  const { id: datasetId } = await db.dataset.create({ data: { name: "none", state: "READY" } });
  const row = { name: "plain", part: "BASE", datasetId, settings: { previewCaptions: [] } } as const;
  const { id } = await db.fineTune.create({ data: row });
  await expect(requestOfRun(id, "SAMPLE")).rejects.toThrow("“plain” has no preview captions.");
});
