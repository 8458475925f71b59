/** Adapters as the dashboard lists them. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";

export type AdapterSummary = {
  id: string;
  name: string;
  rank: number;
  alpha: number;
  /** Number of weights that it changes. */
  weightCount: number;
  parameterCount: number;
  sizeBytes: number;
  blobSha256: string;
  /** The run that wrote it, and at which step; null for files. */
  fineTune: { id: string; name: string } | null;
  step: number | null;
  /** Sample sets drawn with it. */
  sampleSetCount: number;
  isDemo: boolean;
  createdAt: Date;
};

export const adapterSortKeys = ["name", "createdAt"] as const;

/** @param query page from 1; `ids` narrow the list */
export async function listAdapters({
  ids,
  ...query
}: ListQuery<(typeof adapterSortKeys)[number]> & { ids?: string[] } = {}): Promise<{
  adapters: AdapterSummary[];
  total: number;
}> {
  const where = ids ? { id: { in: ids } } : {};
  const [rows, total] = await Promise.all([
    db.adapter.findMany({
      where,
      ...sortedPage(query, ["createdAt", "desc"]),
      include: {
        fineTune: { select: { id: true, name: true } },
        _count: { select: { sampleSets: true } },
      },
    }),
    db.adapter.count({ where }),
  ]);
  const blobs = await db.blob.findMany({
    where: { sha256: { in: rows.map(({ blobSha256 }) => blobSha256) } },
    select: { sha256: true, sizeBytes: true },
  });
  const bytesOf = new Map(blobs.map(({ sha256, sizeBytes }) => [sha256, Number(sizeBytes)]));
  const adapters = rows.map(({ sizes, _count, parameterCount, ...row }) => ({
    ...row,
    weightCount: Object.keys(sizes as object).length,
    parameterCount: Number(parameterCount),
    sizeBytes: bytesOf.get(row.blobSha256) ?? 0,
    sampleSetCount: _count.sampleSets,
  }));
  return { adapters, total };
}

/** The adapter that a run wrote at the same step as a model; null where there is none. */
export async function findAdapterOf(model: {
  readonly fineTune: { readonly id: string } | null;
  readonly step: number | null;
}): Promise<{ id: string } | null> {
  const { fineTune, step } = model;
  if (!fineTune || step === null) return null;
  return db.adapter.findFirst({ where: { fineTuneId: fineTune.id, step }, select: { id: true } });
}

/** @throws SemblanceError `not_found` */
export async function getAdapter(id: string): Promise<AdapterSummary> {
  const { adapters } = await listAdapters({ ids: [id], pageSize: 1 });
  if (adapters[0]) return adapters[0];
  throw new SemblanceError("not_found", "There is no such adapter.", { remedy: "It may have been deleted." });
}
