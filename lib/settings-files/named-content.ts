/** Datasets and models of this installation by what a settings file calls them, and the other way round. */
import { contentHash } from "@/lib/datasets/revisions/content-hash";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { storedSpellings } from "@/lib/text/name-text";
import { nearestName } from "@/lib/text/nearest-name";
import type { NamedContent } from "./named-content-fields";

/** As many names as a nearest one is looked for among. */
const mostNames = 1000;

/** What was found, and what its reader should know: null where it is what the file means. */
export type FoundContent = { readonly id: string; readonly note: SemblanceError | null };

export async function nameDataset(id: string, revision?: number): Promise<NamedContent> {
  const { name, revision: newest } = await db.dataset.findUniqueOrThrow({ where: { id } });
  const number = revision ?? newest;
  return { name, revision: number, sha256: await contentHash(id, number) };
}

export async function nameCheckpoint(id: string): Promise<NamedContent> {
  const { name, blobSha256 } = await db.checkpoint.findUniqueOrThrow({ where: { id } });
  return { name, sha256: blobSha256 };
}

export async function nameAdapter(id: string): Promise<NamedContent> {
  const { name, blobSha256 } = await db.adapter.findUniqueOrThrow({ where: { id } });
  return { name, sha256: blobSha256 };
}

/** @throws SemblanceError `not_found`, with the nearest name */
export async function findNamedDataset({ name, sha256 }: NamedContent): Promise<FoundContent> {
  const found = await db.dataset.findFirst({ where: { name: { in: storedSpellings(name) } } });
  if (!found) {
    const names = await db.dataset.findMany({ select: { name: true }, take: mostNames });
    throw missing("dataset", name, names, "npx semblance datasets");
  }
  if (sha256 === undefined || sha256 === (await contentHash(found.id, found.revision))) {
    return { id: found.id, note: null };
  }
  return {
    id: found.id,
    note: new SemblanceError(
      "conflict",
      `The dataset “${found.name}” has other images or captions than the settings were written for.`,
      {
        remedy:
          "Restore the earlier revision, choose the dataset yourself, or remove its sha256 from the file.",
      },
    ),
  };
}

/** The model of that name, or else one with the same weights under another. @throws SemblanceError as findNamedDataset */
export function findNamedCheckpoint(named: NamedContent): Promise<FoundContent> {
  return findNamedFile("model", named);
}

/** Throws as findNamedDataset. */
export function findNamedAdapter(named: NamedContent): Promise<FoundContent> {
  return findNamedFile("adapter", named);
}

/** Throws as findNamedDataset. */
export async function findNamedMaskSet({ name }: NamedContent): Promise<FoundContent> {
  const found = await db.maskSet.findFirst({ where: { name: { in: storedSpellings(name) } } });
  if (found) return { id: found.id, note: null };
  const names = await db.maskSet.findMany({ select: { name: true }, take: mostNames });
  throw missing("set of masks", name, names, "npx semblance masks list");
}

type StoredFile = { readonly id: string; readonly name: string; readonly blobSha256: string };

/** What models and adapters have in common. */
type FileTable = {
  findFirst(query: object): Promise<StoredFile | null>;
  findMany(query: object): Promise<{ name: string }[]>;
};

async function findNamedFile(
  what: "model" | "adapter",
  { name, sha256 }: NamedContent,
): Promise<FoundContent> {
  const table = (what === "model" ? db.checkpoint : db.adapter) as unknown as FileTable;
  const named = await table.findFirst({ where: { name: { in: storedSpellings(name) } } });
  if (named && (sha256 === undefined || named.blobSha256 === sha256)) return { id: named.id, note: null };
  const same = sha256 === undefined ? null : await table.findFirst({ where: { blobSha256: sha256 } });
  if (same) return { id: same.id, note: null };
  if (!named) {
    const names = await table.findMany({ select: { name: true }, take: mostNames });
    throw missing(what, name, names, `npx semblance ${what === "model" ? "checkpoints" : "adapters"} list`);
  }
  return {
    id: named.id,
    note: new SemblanceError(
      "conflict",
      `The ${what} “${named.name}” has other weights than the one that the settings were written for.`,
      {
        remedy: `Register those weights, choose the ${what} yourself, or remove its sha256 from the file.`,
      },
    ),
  };
}

/** What a reader of a file does about content that is not here, or is other content here. */
export type OnDoubt = (doubt: SemblanceError) => void;

/**
 * The id of what a file names; null and undefined stay what they are.
 *
 * @param onDoubt is told of what is not here, which is undefined then, and of what has other contents here
 */
export async function lookUp(
  named: NamedContent | null | undefined,
  find: (named: NamedContent) => Promise<FoundContent>,
  onDoubt: OnDoubt,
): Promise<string | null | undefined> {
  if (!named) return named;
  try {
    const { id, note } = await find(named);
    if (note) onDoubt(note);
    return id;
  } catch (error) {
    if (!(error instanceof SemblanceError) || error.code !== "not_found") throw error;
    onDoubt(error);
    return undefined;
  }
}

function missing(
  what: string,
  name: string,
  names: readonly { name: string }[],
  list: string,
): SemblanceError {
  const nearest = nearestName(
    name,
    names.map((each) => each.name),
  );
  return new SemblanceError("not_found", `There is no ${what} “${name.slice(0, 80)}” here.`, {
    remedy: nearest === null ? `${list} lists them all.` : `The nearest name is “${nearest}”.`,
  });
}
