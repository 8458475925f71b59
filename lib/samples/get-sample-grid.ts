/** Real photograph and samples of several models side by side, a row per caption. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { captionKey } from "@/lib/text/caption-key";
import { drawnCaptions } from "./drawn-captions";
import { listSampleSets, type SampleSetSummary } from "./list-sample-sets";
import { readOrigin, type SampleOrigin } from "./sample-origin";

export type SampleCell = {
  seed: number;
  sha256: string;
  baseSha256: string | null;
  /** Of imported images. */
  origin: SampleOrigin | null;
};

export type SampleGridRow = {
  captionId: string;
  caption: string;
  /** Null where the caption has no photograph. */
  real: { sha256: string; widthPx: number; heightPx: number } | null;
  /** Samples by seed, one list for each set of the grid, in its order; empty where nothing is drawn yet. */
  cells: SampleCell[][];
};

export type SampleGrid = {
  dataset: SampleSetSummary["dataset"];
  sets: SampleSetSummary[];
  rows: SampleGridRow[];
  /** Captions on all pages. */
  total: number;
};

/**
 * The rows are captions of the first set's dataset. Sets of other datasets have, in a row, their samples for captions of the
 * same text.
 *
 * @param setIds one or more sample sets, in the order of the columns
 * @param page from 1, with `pageSize` captions each
 * @throws SemblanceError `not_found`
 */
export async function getSampleGrid(
  setIds: string[],
  { page = 1, pageSize = 20 }: { page?: number; pageSize?: number } = {},
): Promise<SampleGrid> {
  const { sampleSets } = await listSampleSets({ ids: setIds, pageSize: setIds.length });
  const sets = setIds.map((id) => sampleSets.find((set) => set.id === id));
  const [first] = sets;
  if (!first || !sets.every((set): set is SampleSetSummary => set !== undefined)) {
    throw new SemblanceError("not_found", "There is no such sample set.", {
      remedy: "It may have been deleted.",
    });
  }
  const own = sets.filter((set) => set.dataset.id === first.dataset.id);
  const sameCaptions = own.every(
    (set) =>
      set.allCaptions === first.allCaptions &&
      set.datasetRevision === first.datasetRevision &&
      haveSameChoice(set, first),
  );
  const largest = own.some((set) => set.captionLimit === null || !sameCaptions)
    ? null
    : Math.max(...own.map((set) => set.captionLimit!));
  const { where, orderBy } = captionsOf(own);
  const count = await db.caption.count({ where });
  const total = Math.min(count, largest ?? count);
  const skip = (page - 1) * pageSize;
  const captions = await db.caption.findMany({
    where,
    orderBy,
    skip,
    take: Math.max(0, Math.min(pageSize, total - skip)),
    include: { image: { select: { blobSha256: true, widthPx: true, heightPx: true } } },
  });
  const others = sets.filter((set) => set.dataset.id !== first.dataset.id);
  const alike = await captionsAlike(
    others.map(({ id }) => id),
    captions.map(({ text }) => text),
  );
  const captionIds = [...captions.map(({ id }) => id), ...[...alike.values()].flat()];
  const samples = await db.sample.findMany({
    where: { sampleSetId: { in: setIds }, captionId: { in: captionIds } },
    orderBy: { seed: "asc" },
    select: {
      sampleSetId: true,
      captionId: true,
      seed: true,
      blobSha256: true,
      baseSha256: true,
      origin: true,
    },
  });
  const rows = captions.map(({ id, text, image }) => ({
    captionId: id,
    caption: text,
    real: toReal(image),
    cells: setIds.map((setId) =>
      samples
        .filter(({ sampleSetId, captionId }) => {
          if (sampleSetId !== setId) return false;
          return captionId === id || (alike.get(captionKey(text))?.includes(captionId) ?? false);
        })
        .map(({ seed, blobSha256, baseSha256, origin }) => ({
          seed,
          sha256: blobSha256,
          baseSha256,
          origin: readOrigin(origin),
        })),
    ),
  }));
  return { dataset: first.dataset, sets, rows, total };
}

/** Whether any of its captions has a photograph: those of a list have none. */
export function hasPhotographs({ rows }: Pick<SampleGrid, "rows">): boolean {
  return rows.some(({ real }) => real !== null);
}

/** Ids of the captions that the sets have samples for and that are one of the texts, by the key of the text. */
async function captionsAlike(
  setIds: readonly string[],
  texts: readonly string[],
): Promise<Map<string, string[]>> {
  const keys = [...new Set(texts.map(captionKey))];
  const alike = new Map<string, string[]>();
  if (setIds.length === 0 || keys.length === 0) return alike;
  const found = await db.$queryRaw<{ id: string; text: string }[]>`
    SELECT DISTINCT caption.id, caption.text FROM "Sample" AS sample JOIN "Caption" AS caption ON caption.id = sample."captionId"
    WHERE sample."sampleSetId" = ANY(${[...setIds]}::uuid[])
      AND btrim(regexp_replace(caption.text, '\\s+', ' ', 'g')) = ANY(${keys})`;
  for (const { id, text } of found) alike.set(captionKey(text), [...(alike.get(captionKey(text)) ?? []), id]);
  return alike;
}

/** Those that any of the sets draws: each keeps the captions of its own revision. */
function captionsOf(sets: readonly SampleSetSummary[]) {
  const allCaptions = sets.some((set) => set.allCaptions);
  const revisions = [...new Set(sets.map(({ datasetRevision }) => datasetRevision))];
  const isOneChoice = sets.every((set) => haveSameChoice(set, sets[0]!));
  const { dataset, captionCategories, captionSplit, maskSet } = sets[0]!;
  const choice = isOneChoice ? { captionCategories, captionSplit, maskSetId: maskSet?.id ?? null } : {};
  const drawn = revisions.map((datasetRevision) =>
    drawnCaptions({ datasetId: dataset.id, datasetRevision, allCaptions, ...choice }),
  );
  return { where: { OR: drawn.map(({ where }) => where) }, orderBy: drawn[0]!.orderBy };
}

function haveSameChoice(one: SampleSetSummary, other: SampleSetSummary): boolean {
  if (one.captionSplit !== other.captionSplit || one.maskSet?.id !== other.maskSet?.id) return false;
  return one.captionCategories.toSorted().join("\n") === other.captionCategories.toSorted().join("\n");
}

function toReal({
  blobSha256,
  widthPx,
  heightPx,
}: {
  blobSha256: string | null;
  widthPx: number | null;
  heightPx: number | null;
}): SampleGridRow["real"] {
  return blobSha256 === null ? null : { sha256: blobSha256, widthPx: widthPx!, heightPx: heightPx! };
}
