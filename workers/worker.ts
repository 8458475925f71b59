/** The worker process: `npm start` runs one; `npx semblance worker` adds more, on this machine or others. */
import { constants, setPriority } from "node:os";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { env } from "@/lib/env";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { log, startLog } from "@/lib/platform/log/log";
import { onStopSignals } from "@/lib/platform/server/stop-signals";
import { keepFilesPrivate } from "@/lib/platform/storage/private-files";
import { startWorker } from "./start-worker";

keepFilesPrivate();
startLog("worker");

const stopping = new Promise<void>((resolve) => {
  onStopSignals(resolve);
  // A supervisor that died takes its worker along.
  process.once("disconnect", () => resolve());
});

// Training takes every core that is free, and none from the pages and the database that raters wait for.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

try {
  const choice = await chooseExecutionProvider(env().provider);
  const worker = await startWorker(choice);
  log().info(worker.text);
  await stopping;
  await worker.stop();
  process.exit(0);
} catch (thrown) {
  const error = toPlatformError(thrown);
  log().fatal({ err: error.cause ?? error }, `The worker ended: ${error.message} ${error.remedy ?? ""}`);
  process.exit(1);
}
