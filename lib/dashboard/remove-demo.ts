/** Removes the demo: every row that belongs to it and the files that nothing else names. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { dataPaths } from "@/lib/env";
import { forgetDemoNetworks } from "@/lib/evaluations/networks/shared-networks";
import { demoClipPath } from "@/lib/metrics/weights/demo-clip";
import { demoNoisedClip } from "@/lib/metrics/weights/demo-noised-clip";
import { db, type Transaction } from "@/lib/platform/database/db";
import { sweepBlobs } from "@/lib/platform/storage/sweep-blobs";
import { appendAuditEntry } from "../platform/audit/append-audit-entry";
import { setDemoState } from "./demo-state";
import { setSuggestedFineTune } from "./suggested-fine-tune";

/** A part of the demo that stays, and the first thing of the user's own that is on it. */
export type KeptPart = { kind: "dataset" | "model" | "sample set"; name: string; neededBy: string };

export type DemoRemoval = {
  studies: string[];
  sampleSets: string[];
  fineTunes: string[];
  models: string[];
  datasets: string[];
  /** Answers in the demo's studies: those that were simulated, and those that people gave. */
  simulatedVotes: number;
  ownVotes: number;
  kept: KeptPart[];
};

/** How the votes of the recorded simulation name the device that they were given with. */
export const simulatedInput = "simulated";

type Ids = {
  studies: string[];
  sampleSets: string[];
  fineTunes: string[];
  checkpoints: string[];
  datasets: string[];
};

/** What `removeDemo` would remove and keep now; changes nothing. */
export async function planDemoRemoval(): Promise<DemoRemoval> {
  return (await planWithin(db)).removal;
}

/**
 * Removes the demo in one transaction. Models, datasets and sample sets that work of the user's own was made from
 * stay, and are named; so does everything that is not part of the demo.
 */
export async function removeDemo(actor: string): Promise<DemoRemoval> {
  const { removal, sha256s } = await db.$transaction(
    async (transaction) => {
      const { removal, ids } = await planWithin(transaction);
      const sha256s = await blobsOf(transaction, ids);
      await deleteRows(transaction, ids);
      await appendAuditEntry(transaction, {
        actor,
        action: "demo.removed",
        subject: { kind: "installation", id: "demo" },
        detail: {
          studies: removal.studies,
          simulatedVotes: removal.simulatedVotes,
          ownVotes: removal.ownVotes,
        },
      });
      return { removal, sha256s };
    },
    { timeout: 300_000 },
  );
  await setDemoState("removed");
  await setSuggestedFineTune(null);
  const { weights } = dataPaths();
  await rm(demoClipPath(weights), { force: true });
  await rm(join(weights, demoNoisedClip.name), { force: true, recursive: true });
  await forgetDemoNetworks();
  await sweepBlobs(new Date(), sha256s);
  return removal;
}

async function planWithin(transaction: Transaction): Promise<{ removal: DemoRemoval; ids: Ids }> {
  const own = { isDemo: false };
  const select = { name: true } as const;
  const demo = { where: { isDemo: true }, orderBy: { name: "asc" } } as const;
  const kept: KeptPart[] = [];
  /** Those that nothing needs; the others are noted as kept. */
  const unneeded = async <Row extends { id: string; name: string }>(
    kind: KeptPart["kind"],
    rows: Row[],
    neededBy: (id: string) => Promise<{ name: string } | null | undefined>,
  ): Promise<Row[]> => {
    const removed: Row[] = [];
    for (const row of rows) {
      const needing = await neededBy(row.id);
      if (needing) kept.push({ kind, name: row.name, neededBy: needing.name });
      else removed.push(row);
    }
    return removed;
  };
  const studyOf = async (arm: { sampleSetId: string } | { datasetId: string }) =>
    transaction.study.findFirst({ where: { ...own, arms: { some: arm } }, select });

  const sets = await transaction.sampleSet.findMany(demo);
  const removedSets = await unneeded("sample set", sets, (sampleSetId) => studyOf({ sampleSetId }));
  /** Sample sets that will still be there. */
  const staying = { id: { notIn: removedSets.map(({ id }) => id) } };
  const removedModels = await unneeded(
    "model",
    await transaction.checkpoint.findMany(demo),
    async (id) =>
      (await transaction.fineTune.findFirst({ where: { ...own, startCheckpointId: id }, select })) ??
      (await transaction.sampleSet.findFirst({
        where: { ...staying, OR: [{ baseCheckpointId: id }, { upsamplerCheckpointId: id }] },
        select,
      })),
  );
  const removedDatasets = await unneeded(
    "dataset",
    await transaction.dataset.findMany(demo),
    async (datasetId) =>
      (await transaction.fineTune.findFirst({ where: { ...own, datasetId }, select })) ??
      (await transaction.sampleSet.findFirst({
        where: { ...staying, OR: [{ datasetId }, { evaluations: { some: { datasetId } } }] },
        select,
      })) ??
      (await studyOf({ datasetId })),
  );
  const studies = await transaction.study.findMany({
    where: { isDemo: true },
    orderBy: { name: "asc" },
    select: { id: true, name: true },
  });
  const fineTunes = await transaction.fineTune.findMany({
    where: { isDemo: true },
    orderBy: { name: "asc" },
    select: { id: true, name: true },
  });
  const votes = await transaction.rating.groupBy({
    by: ["inputKind"],
    where: { assignment: { rater: { study: { isDemo: true } } } },
    _count: true,
  });

  const count = (wanted: (inputKind: string) => boolean) =>
    votes.reduce((sum, { inputKind, _count }) => sum + (wanted(inputKind) ? _count : 0), 0);
  const names = (rows: { name: string }[]) => rows.map(({ name }) => name);
  const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);
  return {
    removal: {
      studies: names(studies),
      sampleSets: names(removedSets),
      fineTunes: names(fineTunes),
      models: names(removedModels),
      datasets: names(removedDatasets),
      simulatedVotes: count((kind) => kind === simulatedInput),
      ownVotes: count((kind) => kind !== simulatedInput),
      kept,
    },
    ids: {
      studies: idsOf(studies),
      sampleSets: idsOf(removedSets),
      fineTunes: idsOf(fineTunes),
      checkpoints: idsOf(removedModels),
      datasets: idsOf(removedDatasets),
    },
  };
}

/** Hashes of all files behind the rows; some may be named by others too. */
async function blobsOf(transaction: Transaction, ids: Ids): Promise<Set<string>> {
  const select = { blobSha256: true } as const;
  const [itemImages, samples, images, previews, checkpoints] = [
    await transaction.itemImage.findMany({ where: { item: { studyId: { in: ids.studies } } }, select }),
    await transaction.sample.findMany({
      where: { sampleSetId: { in: ids.sampleSets } },
      select: { ...select, baseSha256: true },
    }),
    await transaction.image.findMany({ where: { datasetId: { in: ids.datasets } }, select }),
    await transaction.preview.findMany({ where: { fineTuneId: { in: ids.fineTunes } }, select }),
    await transaction.checkpoint.findMany({ where: { id: { in: ids.checkpoints } }, select }),
  ];
  return new Set([
    ...[...itemImages, ...images, ...previews, ...checkpoints].flatMap(({ blobSha256 }) => blobSha256 ?? []),
    ...samples.flatMap(({ blobSha256, baseSha256 }) =>
      baseSha256 ? [blobSha256, baseSha256] : [blobSha256],
    ),
  ]);
}

/** Bottom up: the database lets votes go only while it can see that their study is the demo's. */
async function deleteRows(transaction: Transaction, ids: Ids): Promise<void> {
  const ofStudies = { studyId: { in: ids.studies } };
  await transaction.rating.deleteMany({ where: { assignment: { rater: ofStudies } } });
  await transaction.assignment.deleteMany({ where: { rater: ofStudies } });
  await transaction.rater.deleteMany({ where: ofStudies });
  await transaction.itemImage.deleteMany({ where: { item: ofStudies } });
  await transaction.seat.deleteMany({ where: ofStudies });
  await transaction.item.deleteMany({ where: ofStudies });
  await transaction.arm.deleteMany({ where: ofStudies });
  await transaction.criterion.deleteMany({ where: ofStudies });
  await transaction.study.deleteMany({ where: { id: { in: ids.studies } } });
  // Evaluations, scores and samples go with their set; losses and previews with their run.
  await transaction.sampleSet.deleteMany({ where: { id: { in: ids.sampleSets } } });
  await transaction.fineTune.deleteMany({ where: { id: { in: ids.fineTunes } } });
  await transaction.checkpoint.deleteMany({ where: { id: { in: ids.checkpoints } } });
  await transaction.dataset.deleteMany({ where: { id: { in: ids.datasets } } });
}
