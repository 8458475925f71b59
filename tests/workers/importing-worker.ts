/** A worker process with the handlers of the real one, which notes in the data folder that it is ready. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "@/lib/env";
import { startWorker } from "@/workers/start-worker";

await startWorker({ provider: "cpu", declined: [] });
writeFileSync(join(env().dataFolder, `ready-${process.pid}`), "");
