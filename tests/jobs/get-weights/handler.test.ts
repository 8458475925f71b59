/** Downloads of networks requested in the dashboard, from a local server instead of the publisher's. */
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { handle } from "@/jobs/get-weights/handler";
import { getWeightsJob } from "@/jobs/get-weights/job";
import { listWeightDownloads } from "@/jobs/get-weights/list-downloads";
import { startWeightDownload } from "@/jobs/get-weights/start";
import { listJobs } from "@/jobs/list-jobs";
import { dataPaths } from "@/lib/env";
import { findWeightEntry } from "@/lib/metrics/weights/catalogue";
import { findInstalledWeights } from "@/lib/metrics/weights/weight-folder";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { withTestDatabase } from "@/tests/database";
import { type Behaviour, sendRange, serve } from "@/tests/lib/metrics/weights/file-server";

const { db } = await withTestDatabase();
afterAll(() => stopQueue());
afterEach(() => vi.unstubAllGlobals());

/** An entry of one file, of which the catalogue states neither size nor hash. */
const name = "sscd";
const content = Buffer.alloc(3_000_000, "weights");

async function servePublisher(behaviour: Behaviour) {
  const server = await serve(behaviour);
  const realFetch = globalThis.fetch;
  vi.stubGlobal("fetch", (address: URL, init: RequestInit) => {
    expect(String(address)).toBe(findWeightEntry(name).files[0]!.url);
    return realFetch(`${server.url}/file`, init);
  });
  return server;
}

async function runJob(jobId: string, signal = new AbortController().signal): Promise<string[]> {
  const { payload } = await db.job.findUniqueOrThrow({ where: { id: jobId } });
  const notes: string[] = [];
  await handle(getWeightsJob.payload.parse(payload), {
    signal,
    lost: new AbortController().signal,
    provider: "cpu",
    report: (progress, note) => notes.push(`${Math.round(progress * 100)}% ${note}`),
    keepResult: async () => {},
  });
  return notes;
}

test("a cancelled download keeps what has arrived, and the next one resumes there", async () => {
  const cancelling = new AbortController();
  const server = await servePublisher((request, response, number) => {
    if (number > 0) return sendRange(request, response, content);
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 1_000_000));
    setTimeout(() => cancelling.abort(), 200);
  });
  const first = await startWeightDownload({ name });
  await expect(startWeightDownload({ name })).rejects.toMatchObject({ code: "conflict" });
  expect((await listJobs()).jobs[0]).toMatchObject({ kind: "get-weights", subjectName: "SSCD disc_mixup" });
  await expect(runJob(first.jobId, cancelling.signal)).rejects.toMatchObject({ code: "cancelled" });
  await db.job.update({ where: { id: first.jobId }, data: { state: "CANCELLED" } });

  const second = await startWeightDownload({ name });
  expect(await runJob(second.jobId)).toContain("100% sscd_disc_mixup.torchvision.pt: 3 of 3 MB");
  expect(server.requests[1]!.range).toMatch(/^bytes=\d+-$/);
  expect(server.requests[1]!.range).not.toBe("bytes=0-");
  expect((await findInstalledWeights(dataPaths().weights, name))!.files[0]!.bytes).toBe(content.length);
  expect((await listWeightDownloads()).get(name)).toMatchObject({ state: "QUEUED" });
  await expect(startWeightDownload({ name })).rejects.toMatchObject({
    code: "conflict",
    message: "SSCD disc_mixup is already installed.",
  });
  await server.close();
});

test("a network that the catalogue lacks is rejected with an error that names it", async () => {
  await expect(startWeightDownload({ name: "resnet" })).rejects.toMatchObject({ code: "not_found" });
});
