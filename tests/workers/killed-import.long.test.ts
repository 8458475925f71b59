/** A worker that is killed in the middle of an import, as by `kill -9`. */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startImport } from "@/jobs/import-dataset/start";
import { browseImages, everyImage } from "@/lib/datasets/browse-images";
import { getDataset } from "@/lib/datasets/get-dataset";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";
import { until } from "@/tests/until";
import { compileWorker, endProcess } from "./worker-process";

const { db, dataFolder } = await withTestDatabase();
const workers: ChildProcess[] = [];
afterAll(async () => {
  for (const worker of workers) await endProcess(worker, "SIGKILL");
  await stopQueue();
});

const startProcess = await compileWorker("importing-worker");

async function startImporting(): Promise<ChildProcess> {
  const worker = startProcess();
  workers.push(worker);
  await until("the worker is ready", () => existsSync(join(dataFolder, `ready-${worker.pid}`)));
  return worker;
}

const imageCount = 220;

test("an import whose worker is killed shows nothing, and another worker continues it where it was", {
  timeout: 150_000,
}, async () => {
  const folder = join(dataFolder, "imports", "many");
  mkdirSync(folder);
  for (let index = 0; index < imageCount; index++) {
    writeFileSync(join(folder, `${index}.png`), await drawImage(index, { widthPx: 64, heightPx: 64 }));
    writeFileSync(join(folder, `${index}.txt`), `image ${index}\nimage ${index} again`);
  }
  const first = await startImporting();
  const { datasetId, jobId } = await startImport({ name: "many", source: { kind: "folder", path: folder } });
  const staged = () => db.stagedImage.count({ where: { datasetId } });
  await until("a part of the images is looked at", async () => (await staged()) > 0);
  await endProcess(first, "SIGKILL");
  const looked = await staged();
  expect(looked).toBeLessThan(imageCount);
  expect(await getDataset(datasetId)).toMatchObject({ state: "IMPORTING", imageCount: 0, captionCount: 0 });

  // What was looked at is not read again: it is unreadable by now.
  writeFileSync(join(folder, "0.png"), "lost in the meantime");
  await startImporting();
  await until("the import ends", async () => {
    const { state } = await db.dataset.findUniqueOrThrow({ where: { id: datasetId } });
    return state !== "IMPORTING";
  });
  expect(await getDataset(datasetId)).toMatchObject({
    ...{ state: "READY", imageCount, captionCount: 2 * imageCount, report: [] },
  });
  const { images } = await browseImages(datasetId, everyImage, { pageSize: imageCount });
  expect(images.map(({ fileName }) => fileName)).toEqual(
    Array.from({ length: imageCount }, (_, index) => `${index}.png`),
  );
  expect(await staged()).toBe(0);
  await until("the job has ended", async () => {
    const { state } = await db.job.findUniqueOrThrow({ where: { id: jobId } });
    return state === "SUCCEEDED";
  });
});
