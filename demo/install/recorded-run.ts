/** A fine-tune that was recorded whole when the demo was made: what its page showed while it ran. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";

export const recordedRun = z.object({
  /** The machine, in words. */
  machine: z.string(),
  seconds: z.number().positive(),
  stepsPerSecond: z.number().positive(),
  /** One row a step, from 1 on: loss, and the gradient's norm before clipping. */
  losses: z.array(z.tuple([z.number(), z.number()])).min(1),
  previews: z.array(
    z.object({ step: z.number().int(), caption: z.string(), seed: z.number().int(), file: z.string() }),
  ),
  /** In order, with the seconds since the start. */
  log: z.array(z.object({ seconds: z.number().min(0), message: z.string() })),
});
export type RecordedRun = z.infer<typeof recordedRun>;

/** Name of the record within a run's folder; its previews are beside it. */
export const recordFile = "run.json";

/** @throws SemblanceError `invalid_file` where the folder has no record that can be read */
export async function readRecordedRun(folder: string): Promise<RecordedRun> {
  const path = join(folder, recordFile);
  try {
    return recordedRun.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new SemblanceError("invalid_file", `${path} is no record of a run.`, {
      remedy: "Check out the repository anew, or start without the demo: npm start -- --empty",
      cause,
    });
  }
}
