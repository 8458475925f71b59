/**
 * The process in which images are decoded, one at a time: a file that crashes the decoder, or makes it take all memory,
 * ends this process and none that holds anything else.
 */
import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { toSemblanceError } from "@/lib/errors";
import { renderBlindImage } from "@/lib/images/blind-image";
import { checkImage } from "@/lib/images/decode-image";
import { fingerprint } from "@/lib/images/fingerprint";
import { renderBareImage, renderScreenImages } from "@/lib/images/screen-images";
import { errorToMessage } from "@/lib/platform/engine-process/engine-messages";
import {
  type ImageReply,
  type ImageRequest,
  type ImageTaskKind,
  type ImageTasks,
  outOfMemoryExit,
} from "./image-tasks";

type Run<Kind extends ImageTaskKind> = (
  bytes: Uint8Array,
  name: string,
  input: ImageTasks[Kind]["input"],
) => Promise<ImageTasks[Kind]["output"]>;

const tasks: { readonly [Kind in ImageTaskKind]: Run<Kind> } = {
  check: checkImage,
  screen: (bytes, name, { sidesPx }) => renderScreenImages(bytes, sidesPx, name),
  bare: (bytes, name, { sidePx }) => renderBareImage(bytes, sidePx, name),
  fingerprint: (bytes, name) => fingerprint(bytes, name),
  blind: (bytes, name, input) => renderBlindImage(bytes, input, name),
};

/** Several images are decoded at once by several of these processes, each with memory for one thread's work. */
sharp.concurrency(1);

const watchIntervalMs = 20;

process.on("message", async ({ kind, input, bytes, name, mostMemoryBytes }: ImageRequest) => {
  // The decoder works on other threads, so that this one can look at what it takes.
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > mostMemoryBytes) process.exit(outOfMemoryExit);
  }, watchIntervalMs);
  const reply = await (tasks[kind] as Run<ImageTaskKind>)(bytes, name, input as never).then(
    (output): ImageReply => ({ output }),
    (thrown): ImageReply => ({ error: errorToMessage(toSemblanceError(thrown)) }),
  );
  clearInterval(watch);
  process.send!(reply);
});
process.on("disconnect", () => process.exit(0));

// Where memory runs out all the same, Linux shall end this process before others.
try {
  writeFileSync("/proc/self/oom_score_adj", "1000");
} catch {
  // Other systems have no such file.
}
