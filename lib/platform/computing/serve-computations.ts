/** The other side of the pool: a process that runs one computation after another. */
import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { getHeapStatistics } from "node:v8";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { errorToMessage } from "@/lib/platform/engine-process/engine-messages";
import { inRequest, requestContext } from "@/lib/platform/request/request-context";
import { endWithParent } from "@/lib/platform/server/end-with-parent";
import {
  type Compute,
  type ComputingReply,
  cancelledError,
  type LeaveMessage,
  type TaskMessage,
} from "./computation";

/** Progress is not told more often. */
const tellEveryMs = 200;

/** Beside JavaScript objects: code, buffers of files and of the database's answers. Beyond it the process ends. */
const otherBytes = 512 * 2 ** 20;

/** @param load finds a computation by its name */
export function serveComputations(load: (name: string) => Promise<Compute<unknown, unknown>>): void {
  yieldToAnswers();
  endWithParent(getHeapStatistics().heap_size_limit + otherBytes);
  let leftId: number | null = null;
  process.on("message", async (message: TaskMessage | LeaveMessage) => {
    if ("left" in message) {
      leftId = message.left;
      return;
    }
    const { id, name, input, folder, request } = message;
    const goOn = () => {
      if (leftId === id) throw cancelledError();
    };
    let toldAt = 0;
    const tell = (share: number) => {
      goOn();
      if (performance.now() - toldAt < tellEveryMs) return;
      toldAt = performance.now();
      reply({ kind: "progress", id, share });
    };
    let wroteAt = Number.NEGATIVE_INFINITY;
    let unreported: NodeJS.Timeout | undefined;
    const wrote = (file: string, bytes: number) => {
      goOn();
      if (bytes === 0) return;
      clearTimeout(unreported);
      const reportBytes = () => {
        wroteAt = performance.now();
        const { recorded } = requestContext()!;
        reply({ kind: "written", id, file: { name: file, bytes }, recorded });
      };
      const waitMs = wroteAt + tellEveryMs - performance.now();
      // What is written last before a pause is told as well: whoever downloads it has it then.
      if (waitMs > 0) unreported = setTimeout(reportBytes, waitMs);
      else reportBytes();
    };
    try {
      const compute = await load(name);
      // While its code was loaded, what came in the meantime has been read.
      goOn();
      reply({ kind: "begun", id });
      await inRequest(request ?? {}, async () => {
        const result = await compute(input, { tell, wrote, folder });
        reply({ kind: "result", id, result, recorded: requestContext()!.recorded });
      });
    } catch (thrown) {
      reply({ kind: "error", id, error: errorToMessage(toPlatformError(thrown)) });
    }
    clearTimeout(unreported);
  });
}

function reply(message: ComputingReply): void {
  process.send!(message);
}

/** Pages and items come first, then what somebody waits for, then a worker's jobs. On Linux each thread has its own priority. */
function yieldToAnswers(): void {
  const { PRIORITY_NORMAL, PRIORITY_BELOW_NORMAL } = constants.priority;
  const priority = (PRIORITY_NORMAL + PRIORITY_BELOW_NORMAL) / 2;
  if (process.platform === "linux") {
    for (const thread of readdirSync("/proc/self/task")) setPriority(Number(thread), priority);
  } else setPriority(priority);
}
