/** `semblance runs`: lists and compares fine-tunes, takes along what they measured, notes things on them, puts them away. */
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
import {
  type FineTuneQuery,
  type FineTuneSortKey,
  fineTuneSortKeys,
  listFineTunes,
} from "@/lib/fine-tunes/list-fine-tunes";
import { archiveRun, saveRunNotes } from "@/lib/fine-tunes/run-notes";
import { runNotes } from "@/lib/fine-tunes/run-notes-fields";
import { eventFileName } from "@/lib/fine-tunes/tensorboard/event-file-name";
import { runEvents } from "@/lib/fine-tunes/tensorboard/run-events";
import { secondsToText } from "./estimate-text";
import { findByName } from "./find-by-name";
import { parseOptions, splitNames } from "./option-lists";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

export type RunsOptions = {
  format?: string;
  out?: string;
  search?: string;
  sort?: string;
  ascending?: boolean;
  archived?: boolean;
  tags?: string;
  notes?: string;
};

const formats: Record<string, (comparison: RunComparison) => string> = {
  text: comparisonToText,
  csv: comparisonToCsv,
  json: comparisonToJson,
};

/**
 * @param verb list | compare NAME NAME… | curves NAME | tensorboard NAME… | note NAME… | archive NAME… | restore NAME…
 * @returns the exit code: 0
 */
export async function runs(
  verb: string,
  names: readonly string[],
  options: RunsOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  if (verb === "list") {
    await list(names, options, output);
    return 0;
  }
  const work = verbs[verb];
  if (!work) {
    throw new SemblanceError("invalid_input", `semblance runs has no action “${verb}”.`, {
      remedy: `Actions are list, ${Object.keys(verbs).join(", ")}.`,
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
  async note(found, options) {
    if (options.tags === undefined && options.notes === undefined) {
      throw new SemblanceError("invalid_input", "There is nothing to note.", {
        remedy: 'Give --tags baseline,small or --notes "…", or both; an empty text removes what is there.',
      });
    }
    for (const { id } of found) await note(id, options);
  },
  archive: (found) => archiveAll(found, true),
  restore: (found) => archiveAll(found, false),
};

const mostListed = 1000;

/** Newest first, unless another order is asked for; runs without the measure come last. */
async function list(words: readonly string[], options: RunsOptions, output: Output): Promise<void> {
  const [superfluous] = words;
  if (superfluous !== undefined) {
    throw new SemblanceError("invalid_input", `list takes no name, such as “${superfluous}”.`, {
      remedy: "--search finds words of names, tags, notes and datasets.",
    });
  }
  const { sort = "createdAt", search = "", archived = false, ascending = false } = options;
  if (!(fineTuneSortKeys as readonly string[]).includes(sort)) {
    throw new SemblanceError("invalid_input", `Runs cannot be sorted by “${sort}”.`, {
      remedy: `Use --sort ${fineTuneSortKeys.join(", ")}.`,
    });
  }
  const query: FineTuneQuery = {
    sort: sort as FineTuneSortKey,
    order: ascending ? "asc" : "desc",
    search,
    isArchived: archived,
    pageSize: mostListed,
  };
  const { fineTunes } = await listFineTunes(query);
  const measure = (value: number | null) => value?.toPrecision(4) ?? "–";
  output.write(
    toTable(
      ["name", "state", "dataset", "final loss", "validation", "duration", "tags"],
      fineTunes.map((run) => [
        run.name,
        `${run.state.toLowerCase()}${run.warning ? ", overfits" : ""}`,
        run.dataset.name,
        measure(run.finalLoss),
        measure(run.validationLoss),
        run.durationSeconds === null ? "–" : secondsToText(run.durationSeconds),
        run.tags.join(", "),
      ]),
    ),
  );
}

/** What is not given stays as it is. */
async function note(fineTuneId: string, { tags, notes }: RunsOptions): Promise<void> {
  const kept = await getFineTuneOutline(fineTuneId);
  const given = {
    fineTuneId,
    tags: tags === undefined ? kept.tags : splitNames(tags),
    notes: notes ?? kept.notes,
  };
  await saveRunNotes(parseOptions(runNotes, given, { tags: "--tags", notes: "--notes" }));
}

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
