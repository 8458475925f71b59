/** The worker process: `npm start` runs one; `npx semblance worker` adds more, on this machine or others. */
import { chooseExecutionProvider } from "@/lib/engine/execution-provider";
import { env } from "@/lib/env";
import { toSemblanceError } from "@/lib/errors";
import { jobHandlers } from "./job-handlers";
import { startWorker } from "./start-worker";

try {
  const choice = await chooseExecutionProvider(env().provider);
  const worker = await startWorker(jobHandlers, choice);
  console.log(`Worker ${worker.id} takes jobs; the engine runs on ${choice.provider}.`);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await worker.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  // A supervisor that died takes its worker along; without a channel to one this never happens.
  process.on("disconnect", stop);
} catch (thrown) {
  const error = toSemblanceError(thrown);
  console.error(`The worker could not start: ${error.message} ${error.remedy ?? ""}`);
  if (error.cause) console.error(error.cause);
  process.exit(1);
}
