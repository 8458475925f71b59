/** Finds what a command line names: by its name, or by its id. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { storedSpellings } from "@/lib/text/name-text";

const kinds = {
  dataset: { words: "dataset", list: "npx semblance datasets" },
  checkpoint: { words: "model", list: "npx semblance checkpoints list" },
  maskSet: { words: "set of masks", list: "npx semblance masks list" },
  adapter: { words: "adapter", list: "npx semblance adapters list" },
  fineTune: { words: "fine-tune", list: "npx semblance fine-tune list" },
  guidanceComparison: {
    words: "comparison of guidances",
    list: "The page Guidance comparisons",
  },
  sampleSet: { words: "sample set", list: "npx semblance samples list" },
} as const;

export type NamedKind = keyof typeof kinds;

/** @throws SemblanceError `invalid_input` where nothing is named, `not_found` where nothing has the name */
export async function findByName(
  kind: NamedKind,
  nameOrId: string | undefined,
): Promise<{ id: string; name: string }> {
  const { words, list } = kinds[kind];
  if (nameOrId === undefined) {
    throw new SemblanceError("invalid_input", `Name a ${words}.`, { remedy: `${list} lists them all.` });
  }
  const where = z.uuid().safeParse(nameOrId).success
    ? { id: nameOrId }
    : { name: { in: storedSpellings(nameOrId) } };
  const table = db[kind] as unknown as {
    findFirst(query: object): Promise<{ id: string; name: string } | null>;
  };
  const found = await table.findFirst({ where, select: { id: true, name: true } });
  if (found) return found;
  throw new SemblanceError("not_found", `There is no ${words} “${nameOrId}”.`, {
    remedy: `${list} lists them all.`,
  });
}
