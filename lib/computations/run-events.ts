/** A run as a TensorBoard event file, which is handed out while it is written. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { runEvents } from "@/lib/fine-tunes/tensorboard/run-events";
import type { ComputationContext, ComputedFile } from "@/lib/platform/computing/computation";

export async function compute(
  { fineTuneId }: { readonly fineTuneId: string },
  { folder, wrote }: ComputationContext,
): Promise<ComputedFile> {
  const name = "events";
  const file = await open(join(folder, name), "wx");
  let bytes = 0;
  try {
    for await (const piece of runEvents(fineTuneId)) {
      bytes += (await file.write(piece)).bytesWritten;
      wrote(name, bytes);
    }
  } finally {
    await file.close();
  }
  return { name, bytes };
}
