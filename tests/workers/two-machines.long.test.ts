/** Two workers that share a database and a store, each with a data folder of its own, as on two machines. */
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startFineTune } from "@/jobs/fine-tune/start";
import { getFineTune } from "@/lib/fine-tunes/get-fine-tune";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { withTestDatabase } from "@/tests/database";
import { until } from "@/tests/until";
import { lastWeights, makeSmallStart } from "./small-run-world";
import { compileWorker, endProcess } from "./worker-process";

const { db, dataFolder: store } = await withTestDatabase();
const machines: { child: ChildProcess; folder: string }[] = [];
afterAll(async () => {
  for (const { child, folder } of machines) {
    await endProcess(child, "SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
  await stopQueue();
});

const startProcess = await compileWorker("importing-worker");

async function startMachine() {
  const folder = await mkdtemp(join(tmpdir(), "semblance-machine-"));
  const child = startProcess({ SEMBLANCE_DATA: folder, SEMBLANCE_STORE: store });
  machines.push({ child, folder });
  await until("it is ready", () => existsSync(join(folder, `ready-${child.pid}`)));
  return { child, folder };
}

test("a fine-tune whose worker is killed goes on in the other one, to the same weights", {
  timeout: 600_000,
}, async () => {
  const start = await makeSmallStart();
  const settings = {
    epochs: 30,
    batchSize: 1,
    accumulationSteps: 2,
    emaDecay: 0.99,
    checkpointEverySteps: 6,
  };
  const first = await startMachine();
  const { fineTuneId } = await startFineTune({ name: "killed", ...start, settings });
  const states = join(store, "runs", fineTuneId, "states");
  await until("a state is in the store", async () =>
    existsSync(states) ? (await readdir(states)).some((name) => name.startsWith("step-")) : false,
  );
  await endProcess(first.child, "SIGKILL");
  await rm(first.folder, { recursive: true });
  const { step, totalSteps } = await db.fineTune.findUniqueOrThrow({ where: { id: fineTuneId } });
  expect(step).toBeLessThan(totalSteps);

  await startMachine();
  const hasEnded = async (id: string) => {
    const { state } = await db.fineTune.findUniqueOrThrow({ where: { id } });
    return ["SUCCEEDED", "FAILED"].includes(state);
  };
  await until("the other one finishes it", () => hasEnded(fineTuneId));
  const { fineTuneId: aloneId } = await startFineTune({ name: "left alone", ...start, settings });
  await until("a run that is left alone ends", () => hasEnded(aloneId));
  const [killed, alone] = [await getFineTune(fineTuneId), await getFineTune(aloneId)];
  expect([killed.error, alone.error]).toEqual([null, null]);
  const [, continued] = /Continued after step (\d+) of/.exec(
    killed.log.map(({ message }) => message).join("\n"),
  )!;
  expect(Number(continued) % 6).toBe(0);
  expect(killed.curves.loss).toEqual(alone.curves.loss);
  expect(await lastWeights(fineTuneId)).toEqual(await lastWeights(aloneId));
});
