/**
 * The child process in which one engine task runs. ONNX Runtime blocks its event loop for seconds and cannot be
 * interrupted: a task hears that it should stop between two runs, and one that does not in time is killed (see
 * engine-child.ts).
 */
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { endWithParent } from "@/lib/platform/server/end-with-parent";
import {
  errorToMessage,
  outOfMemoryError,
  type ReplyMessage,
  type StartMessage,
  type StopMessage,
  type TellMessage,
  tellsOfMissingMemory,
} from "./engine-messages";
import type { EngineRun } from "./engine-task";

function reply(message: ReplyMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send!(message, () => resolve());
  });
}

async function runTask(
  { module, input, savesMemory }: StartMessage,
  signal: AbortSignal,
  told: readonly unknown[],
): Promise<ReplyMessage> {
  try {
    const { run } = (await import(module)) as { run: EngineRun<unknown, unknown, unknown, unknown> };
    const tell = (event: unknown) => void reply({ kind: "event", event });
    const result = await run(input, tell, signal, told);
    return { kind: "result", result };
  } catch (thrown) {
    const missingMemory = !(thrown instanceof SemblanceError) && tellsOfMissingMemory(String(thrown));
    return {
      kind: "error",
      error: errorToMessage(missingMemory ? outOfMemoryError(thrown, savesMemory) : toSemblanceError(thrown)),
    };
  }
}

endWithParent();
const stop = new AbortController();
const told: unknown[] = [];
process.on("message", async (message: StartMessage | StopMessage | TellMessage) => {
  if (message.kind === "stop") return stop.abort();
  if (message.kind === "tell") return void told.push(message.message);
  process.env.TMPDIR = message.scratchFolder;
  await reply(await runTask(message, stop.signal, told));
  process.exit(0);
});
