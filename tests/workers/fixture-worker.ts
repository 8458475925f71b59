/** A worker process whose "sample" job runs until a file called "release" appears in the data folder. */
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { JobKind } from "@/jobs/registry";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { startWorker } from "@/workers/start-worker";

const { dataFolder } = env();
const note = (line: string) => appendFileSync(join(dataFolder, "events"), `${line} ${process.pid}\n`);

const handlers: Partial<Record<JobKind, JobHandler<JobDefinition>>> = {
  "import-dataset": async () => note("imported"),
  "fine-tune": async () => {
    throw new SemblanceError("invalid_file", "The weights are damaged.", { remedy: "Take others." });
  },
  evaluate: async () => void process.kill(process.pid, "SIGKILL"),
  sample: async (_payload, { signal, report }) => {
    note("began");
    report(0.25, "one of four");
    while (!existsSync(join(dataFolder, "release"))) {
      if (signal.aborted) {
        note("aborted");
        throw new SemblanceError("cancelled", "The task was cancelled.");
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    note("finished");
  },
};

const worker = await startWorker(
  { provider: "cpu", declined: [{ provider: "webgpu", reason: "there is no device" }] },
  async (kind) => handlers[kind as JobKind]!,
);
process.on("SIGTERM", async () => {
  await worker.stop();
  process.exit(0);
});
note("ready");
