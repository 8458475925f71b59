/** A web server and a worker on two machines: they share a PostgreSQL and a bucket on a real S3 server, and no folder. */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startEvaluation } from "@/jobs/evaluate/start";
import { startFineTune } from "@/jobs/fine-tune/start";
import { startImport } from "@/jobs/import-dataset/start";
import { shareNetwork } from "@/lib/evaluations/networks/shared-networks";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { readRendition } from "@/lib/platform/renditions/find-rendition";
import { receiveUpload } from "@/lib/platform/storage/receive-upload";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";
import { installTinyClip } from "@/tests/install-tiny-clip";
import { startS3Server } from "@/tests/s3-server";
import { compileWorker, endProcess } from "./worker-process";

const server = await startS3Server(["shared"]);
afterAll(() => server.stop());
process.env.SEMBLANCE_STORE = "s3://shared/semblance";
process.env.SEMBLANCE_S3_ENDPOINT = server.settings.endpoint!;
process.env.SEMBLANCE_S3_ACCESS_KEY = server.settings.keys!.access;
process.env.SEMBLANCE_S3_SECRET_KEY = server.settings.keys!.secret;
const { db, dataFolder: ofServer } = await withTestDatabase();

const ofWorker = mkdtempSync(join(tmpdir(), "semblance-machine-"));
const workers: ChildProcess[] = [];
afterAll(async () => {
  for (const worker of workers) await endProcess(worker, "SIGKILL");
  await stopQueue();
  rmSync(ofWorker, { recursive: true, force: true });
});

async function startMachine(): Promise<ChildProcess> {
  const startProcess = await compileWorker("importing-worker");
  process.env.SEMBLANCE_DATA = ofWorker;
  const worker = startProcess();
  process.env.SEMBLANCE_DATA = ofServer;
  workers.push(worker);
  while (!existsSync(join(ofWorker, `ready-${worker.pid}`))) await pause();
  return worker;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 100));

/** Until no job waits or runs; throws the error of the first that failed. */
async function allSettled(): Promise<void> {
  for (;;) {
    const jobs = await db.job.findMany({ select: { kind: true, state: true, error: true } });
    const failed = jobs.find(({ state }) => state === "FAILED");
    if (failed) throw new Error(`${failed.kind}: ${failed.error}`);
    if (jobs.every(({ state }) => state === "SUCCEEDED")) return;
    await pause();
  }
}

async function upload(name: string, bytes: Uint8Array): Promise<{ name: string; sha256: string }> {
  const { sha256 } = await receiveUpload(new Blob([new Uint8Array(bytes)]).stream(), "dataset", bytes.length);
  return { name, sha256 };
}

test("uploads are imported, a model is trained, drawn from and evaluated, and the server shows its samples", {
  timeout: 600_000,
}, async () => {
  // Installed on the other machine: the worker fetches it.
  installTinyClip(join(ofServer, "weights"));
  await shareNetwork("clip-vit-b-32");
  await startMachine();
  const files = [];
  for (const index of [0, 1, 2]) {
    files.push(await upload(`dog-${index}.png`, await drawImage(index)));
    files.push(await upload(`dog-${index}.txt`, Buffer.from(`dog number ${"abc"[index]}`)));
  }
  const { datasetId } = await startImport({ name: "dogs", source: { kind: "upload", files } });
  await allSettled();
  expect(await db.image.count({ where: { datasetId } })).toBe(3);

  const { fineTuneId } = await startFineTune({
    name: "run",
    datasetId,
    settings: { preset: "tiny", epochs: 1, batchSize: 2, checkpointEverySteps: 1 },
    evaluation: {
      atEpochs: [1],
      captionLimit: 2,
      metrics: ["clip-score", "nearest-real"],
      sampling: { steps: 2 },
    },
  });
  await allSettled();
  const { samples, evaluations } = await db.sampleSet.findFirstOrThrow({
    include: { samples: true, evaluations: { include: { scores: true } } },
  });
  expect(samples).toHaveLength(2);
  expect(evaluations.flatMap(({ scores }) => scores.map(({ metric }) => metric)).sort()).toEqual([
    "clip-score",
    "nearest-real",
  ]);
  const { bytes } = await readRendition(samples[0]!.blobSha256, "whole", { waitMs: 30_000 });
  expect(bytes.length).toBeGreaterThan(100);

  // Neither machine has blobs of its own, the finished run has left nothing behind, and nothing is held any more.
  for (const folder of [ofServer, ofWorker]) {
    expect(existsSync(join(folder, "blobs"))).toBe(false);
    expect(readdirSync(join(folder, "cache", "leases"))).toEqual([]);
  }

  // What the first machine has computed of the images, another one need not.
  const { sharedFiles } = await import("@/lib/platform/storage/open-store");
  for (const worker of workers.splice(0)) await endProcess(worker, "SIGKILL");
  rmSync(join(ofWorker, "features"), { recursive: true });
  rmSync(join(ofWorker, "cache"), { recursive: true });
  await startMachine();
  const { sampleSetId } = await db.sample.findFirstOrThrow({ select: { sampleSetId: true } });
  const again = await startEvaluation({ sampleSetId, metrics: ["clip-score", "nearest-real"] });
  await allSettled();
  expect(await db.evaluation.findUniqueOrThrow({ where: { id: again.evaluationId } })).toMatchObject({
    computed: 0,
    reused: 5,
  });
  for await (const { name } of sharedFiles().list("runs")) expect(name).not.toContain(fineTuneId);
});
