/** A worker process whose "sample" job runs until a file called "release" appears in the data folder. */
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { startWorker } from "@/workers/start-worker";

const { dataFolder } = env();
const note = (line: string) => appendFileSync(join(dataFolder, "events"), `${line} ${process.pid}\n`);

const worker = await startWorker(
  {
    "import-dataset": async () => note("imported"),
    "get-weights": async () => {},
    "open-study": async () => note("opened"),
    "draw-caption": async () => note("drawn"),
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
  },
  { provider: "cpu", declined: [{ provider: "webgpu", reason: "there is no device" }] },
);
process.on("SIGTERM", async () => {
  await worker.stop();
  process.exit(0);
});
note("ready");
