/** Real photograph and samples of several models side by side, a row per caption. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
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
 * @param setIds one or more sample sets of the same dataset, in the order of the columns
 * @param page from 1, with `pageSize` captions each
 * @throws SemblanceError `not_found`, or `invalid_input` for sets of several datasets
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
  const other = sets.find((set) => set.dataset.id !== first.dataset.id);
  if (other) {
    throw new SemblanceError(
      "invalid_input",
      `“${first.name}” and “${other.name}” were drawn for different datasets.`,
      { remedy: "Compare sample sets of the same dataset." },
    );
  }
  const sameCaptions = sets.every(
    (set) => set.allCaptions === first.allCaptions && set.datasetRevision === first.datasetRevision,
  );
  const largest = sets.some((set) => set.captionLimit === null || !sameCaptions)
    ? null
    : Math.max(...sets.map((set) => set.captionLimit!));
  const { where, orderBy } = captionsOf(sets);
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
  const samples = await db.sample.findMany({
    where: { sampleSetId: { in: setIds }, captionId: { in: captions.map(({ id }) => id) } },
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
        .filter((sample) => sample.sampleSetId === setId && sample.captionId === id)
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

/** Those that any of the sets draws: each keeps the captions of its own revision. */
function captionsOf(sets: readonly SampleSetSummary[]) {
  const allCaptions = sets.some((set) => set.allCaptions);
  const revisions = [...new Set(sets.map(({ datasetRevision }) => datasetRevision))];
  const drawn = revisions.map((datasetRevision) =>
    drawnCaptions({ datasetId: sets[0]!.dataset.id, datasetRevision, allCaptions }),
  );
  return { where: { OR: drawn.map(({ where }) => where) }, orderBy: drawn[0]!.orderBy };
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
