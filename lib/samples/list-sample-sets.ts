/** Sample sets as the dashboard lists them. */
import { finishedSidePx } from "@/lib/evaluations/evaluation-side";
import type { RunState, Split } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";
import { type SampleSettings, sampleSettings } from "../diffusion/sampling/sample-settings";

export type SampleSetSummary = {
  id: string;
  name: string;
  state: RunState;
  /** `captionLanguage` is a BCP 47 tag. */
  dataset: { id: string; name: string; captionLanguage: string };
  /** Whose captions it is of. */
  datasetRevision: number;
  /** Null for imported images, whose settings are null as well. */
  baseCheckpoint: { id: string; name: string } | null;
  upsamplerCheckpoint: { id: string; name: string } | null;
  settings: SampleSettings | null;
  /** LoRA adapters that were added to the base, each at its scale. */
  adapters: { id: string; name: string; scale: number }[];
  allCaptions: boolean;
  /** NAME=VALUE of any of which captions are drawn; empty: all. */
  captionCategories: string[];
  /** Captions of which images are drawn; null: of all. */
  captionSplit: Split | null;
  captionLimit: number | null;
  /** By which its images are completed; null: they are drawn whole. */
  maskSet: { id: string; name: string } | null;
  /** Side of the finished images; of imported ones the shortest of any. */
  drawnPx: number;
  /** Images asked for, and images there. */
  requested: number;
  drawn: number;
  error: string | null;
  isDemo: boolean;
  createdAt: Date;
  finishedAt: Date | null;
};

export const sampleSetSortKeys = ["name", "state", "createdAt"] as const;

/** @param page from 1, with `pageSize` sets each; `ids` or `datasetId` narrow the list */
export async function listSampleSets({
  datasetId,
  ids,
  ...query
}: ListQuery<(typeof sampleSetSortKeys)[number]> & { datasetId?: string; ids?: string[] } = {}): Promise<{
  sampleSets: SampleSetSummary[];
  total: number;
}> {
  const where = { ...(datasetId ? { datasetId } : {}), ...(ids ? { id: { in: ids } } : {}) };
  const named = { select: { id: true, name: true } };
  const model = { select: { id: true, name: true, options: true } };
  const [rows, total] = await Promise.all([
    db.sampleSet.findMany({
      where,
      ...sortedPage(query, ["createdAt", "desc"]),
      include: {
        dataset: { select: { ...named.select, captionLanguage: true } },
        baseCheckpoint: model,
        upsamplerCheckpoint: model,
        maskSet: named,
        adapters: { orderBy: { position: "asc" }, include: { adapter: named } },
        _count: { select: { samples: true } },
      },
    }),
    db.sampleSet.count({ where }),
  ]);
  const sampleSets = rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    dataset: row.dataset,
    datasetRevision: row.datasetRevision,
    baseCheckpoint: row.baseCheckpoint && toNamed(row.baseCheckpoint),
    upsamplerCheckpoint: row.upsamplerCheckpoint && toNamed(row.upsamplerCheckpoint),
    adapters: row.adapters.map(({ adapter, scale }) => ({ ...adapter, scale })),
    drawnPx: finishedSidePx(row),
    settings: row.settings === null ? null : sampleSettings.parse(row.settings),
    allCaptions: row.allCaptions,
    captionCategories: row.captionCategories,
    captionSplit: row.captionSplit,
    captionLimit: row.captionLimit,
    maskSet: row.maskSet,
    requested: row.requested,
    drawn: row._count.samples,
    error: row.error,
    isDemo: row.isDemo,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  }));
  return { sampleSets, total };
}

function toNamed({ id, name }: { id: string; name: string }): { id: string; name: string } {
  return { id, name };
}
