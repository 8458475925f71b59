/** A child process that does not outlive its parent, and stays within its memory. */
import { Worker } from "node:worker_threads";

/** How often the watch thread looks. */
const watchIntervalMs = 500;

/**
 * Ends this process when its parent has died, also while a computation blocks the event loop: the watch runs in a
 * thread of its own. An orphan's parent is another process, or on Windows one that cannot be signalled.
 *
 * @param mostBytes resident memory beyond which the process is ended too, with a word about it on standard error
 */
export function endWithParent(mostBytes = Number.POSITIVE_INFINITY): void {
  const watch = `
    const { writeSync } = require("node:fs");
    const parent = ${process.ppid};
    setInterval(() => {
      let alive = process.ppid === parent;
      try { process.kill(parent, 0); } catch (error) { if (error.code === "ESRCH") alive = false; }
      const isTooLarge = process.memoryUsage.rss() > ${mostBytes};
      if (isTooLarge) writeSync(2, "out of memory: more than ${mostBytes} bytes\\n");
      if (!alive || isTooLarge) process.kill(process.pid, "SIGKILL");
    }, ${watchIntervalMs});`;
  new Worker(watch, { eval: true, execArgv: [] }).unref();
  process.on("disconnect", () => process.exit(1));
}
