/** Decodes images in separate processes. */
import type { ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { messageToError } from "@/lib/platform/engine-process/engine-messages";
import { forkSource } from "@/lib/platform/fork-source";
import {
  type ImageReply,
  type ImageRequest,
  type ImageTaskKind,
  type ImageTasks,
  outOfMemoryExit,
} from "./image-tasks";

/** Images that are decoded at the same time, each in its own process. */
export const imagesAtOnce = Math.min(4, Math.max(2, availableParallelism()));

/** A process that has nothing to do is ended after so long. */
const idleMs = 10_000;
/** The decoder itself gives up after 120 s; a process that does not answer then hangs. */
const longestTaskMs = 150_000;
/** A process takes so much before it has decoded anything, and so much for a pixel at most: 16-bit RGBA, twice. */
const baseMemoryBytes = 400e6;
const pixelMemoryBytes = 16;

/** A file's bytes, and what messages call it. */
export type NamedBytes = { readonly bytes: Uint8Array; readonly name: string };

const idle: { child: ChildProcess; timer: NodeJS.Timeout }[] = [];
let running = 0;
const waiting: (() => void)[] = [];

/**
 * Does something to an image in a process of its own.
 *
 * @throws SemblanceError as the function of the task does; `invalid_file` where the file crashes the decoder or makes it
 *   hang, `too_large` where it takes too much memory
 */
export async function workOnImage<Kind extends ImageTaskKind>(
  { bytes, name }: NamedBytes,
  kind: Kind,
  input: ImageTasks[Kind]["input"],
  { mostMemoryBytes = baseMemoryBytes + pixelMemoryBytes * env().largestImagePixels } = {},
): Promise<ImageTasks[Kind]["output"]> {
  if (running >= imagesAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    const request = { kind, input, bytes, name, mostMemoryBytes };
    // A process may be killed for other reasons than its image; twice in a row is the image's fault.
    const reply = await ask(request).catch((error: unknown) => {
      if (error instanceof SemblanceError && error.code === "invalid_file") return ask(request);
      throw error;
    });
    if ("error" in reply) throw messageToError(reply.error);
    return reply.output as ImageTasks[Kind]["output"];
  } finally {
    // A place that somebody waits for is handed on.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

function ask(request: ImageRequest): Promise<ImageReply> {
  const child = takeChild();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), longestTaskMs);
    const settle = (end: () => void) => {
      clearTimeout(timer);
      child.removeAllListeners("message").removeAllListeners("exit").removeAllListeners("error");
      end();
    };
    child.once("message", (reply) =>
      settle(() => {
        putAside(child);
        resolve(reply as ImageReply);
      }),
    );
    child.once("exit", (code, signal) =>
      settle(() => reject(describeDeath(request.name, code, `exit code ${code}, signal ${signal}`))),
    );
    child.once("error", (error) =>
      settle(() => {
        child.kill("SIGKILL");
        reject(error);
      }),
    );
    child.send(request, (error) => {
      // Where the process has died, its exit says more.
      if (error && child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    });
  });
}

function describeDeath(name: string, code: number | null, how: string): SemblanceError {
  const cause = new Error(how);
  if (code === outOfMemoryExit) {
    return new SemblanceError("too_large", `${name} takes too much memory to decode.`, {
      remedy: "Reduce it, or save it in another way: without interlacing, with 8 bits per channel.",
      cause,
    });
  }
  return new SemblanceError("invalid_file", `${name} makes the image decoder crash.`, {
    remedy: "Save it again with an image editor, or replace it.",
    cause,
  });
}

function takeChild(): ChildProcess {
  for (let aside = idle.pop(); aside; aside = idle.pop()) {
    clearTimeout(aside.timer);
    if (!aside.child.connected) continue;
    aside.child.removeAllListeners("exit");
    aside.child.ref();
    aside.child.channel?.ref();
    return aside.child;
  }
  return forkSource(new URL("image-process.ts", import.meta.url), {
    // A group of its own: Ctrl-C reaches the parent alone.
    detached: process.platform !== "win32",
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

/** Nothing waits for an idle process to end. */
function putAside(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  const timer = setTimeout(() => {
    idle.splice(
      idle.findIndex((aside) => aside.child === child),
      1,
    );
    child.disconnect();
  }, idleMs).unref();
  idle.push({ child, timer });
}
