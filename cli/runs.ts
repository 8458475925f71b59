/** `semblance runs`: compares fine-tunes, takes along what they measured, and puts them away. */
import { mkdir, open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { compareRuns, type RunComparison } from "@/lib/fine-tunes/comparison/compare-runs";
import {
  comparisonToCsv,
  comparisonToJson,
  comparisonToText,
} from "@/lib/fine-tunes/comparison/print-comparison";
import { curvesToCsv } from "@/lib/fine-tunes/curves-csv";
import { getFineTuneOutline } from "@/lib/fine-tunes/get-fine-tune";
import { archiveRun } from "@/lib/fine-tunes/run-notes";
import { eventFileName } from "@/lib/fine-tunes/tensorboard/event-file-name";
import { runEvents } from "@/lib/fine-tunes/tensorboard/run-events";
import { findByName } from "./find-by-name";

type Output = Pick<NodeJS.WriteStream, "write">;

export type RunsOptions = { format?: string; out?: string };

const formats: Record<string, (comparison: RunComparison) => string> = {
  text: comparisonToText,
  csv: comparisonToCsv,
  json: comparisonToJson,
};

/**
 * @param verb compare NAME NAME… | curves NAME | tensorboard NAME… | archive NAME… | restore NAME…
 * @returns the exit code: 0
 */
export async function runs(
  verb: string,
  names: readonly string[],
  options: RunsOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  const work = verbs[verb];
  if (!work) {
    throw new SemblanceError("invalid_input", `semblance runs has no action “${verb}”.`, {
      remedy: `Actions are ${Object.keys(verbs).join(", ")}.`,
    });
  }
  const found = await Promise.all(
    (names.length === 0 ? [undefined] : names).map((name) => findByName("fineTune", name)),
  );
  await work(found, options, output);
  return 0;
}

type Run = { readonly id: string; readonly name: string };

const verbs: Record<string, (runs: readonly Run[], options: RunsOptions, output: Output) => Promise<void>> = {
  async compare(found, { format = "text" }, output) {
    const print = formats[format];
    if (!print) {
      throw new SemblanceError("invalid_input", `"${format}" is not a format.`, {
        remedy: `Choose ${Object.keys(formats).join(", ")}.`,
      });
    }
    output.write(print(await compareRuns(found.map(({ id }) => id))));
  },
  async curves(found, { out }, output) {
    if (found.length > 1) {
      throw new SemblanceError("invalid_input", "A file holds the curves of one run.", {
        remedy: "Call the command once for each run.",
      });
    }
    const text = curvesToCsv(found[0]!.id);
    if (out !== undefined) await writePieces(resolve(out), text);
    else for await (const piece of text) output.write(piece);
  },
  async tensorboard(found, { out = "tensorboard" }, output) {
    for (const { id, name } of found) {
      const { createdAt } = await getFineTuneOutline(id);
      // TensorBoard takes a folder for a run.
      const path = join(resolve(out), name.replace(/[^\w-]+/g, "-"), eventFileName(createdAt, name));
      await writePieces(path, runEvents(id));
      output.write(`${path}\n`);
    }
  },
  archive: (found) => archiveAll(found, true),
  restore: (found) => archiveAll(found, false),
};

async function archiveAll(found: readonly Run[], isArchived: boolean): Promise<void> {
  for (const { id } of found) await archiveRun({ fineTuneId: id, isArchived });
}

/** One of the same name is replaced. */
async function writePieces(path: string, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "w");
  try {
    for await (const piece of pieces) await file.appendFile(piece);
  } finally {
    await file.close();
  }
}
