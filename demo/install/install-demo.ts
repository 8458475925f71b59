/**
 * Installs the demo: models, images, samples with their scores, fine-tunes that have ended, a study with simulated
 * votes and an open one. Everything goes through what users' own work goes through, and is marked as the demo's.
 */
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inspectCheckpoint } from "@/lib/checkpoints/inspect-checkpoint";
import { getDemoState, setDemoState } from "@/lib/dashboard/demo-state";
import { setSuggestedFineTune } from "@/lib/dashboard/suggested-fine-tune";
import { importDataset } from "@/lib/datasets/import-dataset";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { shareDemoNetworks } from "@/lib/evaluations/networks/shared-networks";
import { demoClipPath } from "@/lib/metrics/weights/demo-clip";
import { demoNoisedClip } from "@/lib/metrics/weights/demo-noised-clip";
import { addWeights, findInstalledWeights } from "@/lib/metrics/weights/weight-folder";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { anyFile } from "@/lib/platform/server-files/file-access";
import { blobStore, recordBlobs } from "@/lib/platform/storage/store-blob";
import { createStudy } from "@/lib/studies/design/create-study";
import { openStudy } from "@/lib/studies/plan/open-study";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { drawImageFiles } from "../world/image-files";
import { demoWordLists } from "../world/word-lists";
import { installFineTune } from "./install-fine-tune";
import { installRecordedRun } from "./install-recorded-run";
import { installSampleSet } from "./install-sample-set";
import { type DemoPack, noisedClipFolder, readDemoPack } from "./pack";
import { readSimulatedVotes, recordVotes } from "./record-votes";

/** Who the audit log says has done it. */
const actor = "demo";

export type InstallOptions = {
  /** Told before each part, in words for people. */
  readonly onStage?: (stage: string) => void;
  readonly signal?: AbortSignal;
};

/**
 * Installs a pack that is not installed yet. May be run again after it was interrupted, or once more: what is there,
 * by its name, stays as it is.
 *
 * @param folder the pack's: `demo/pack` of the repository
 * @returns whether the folder holds a pack; without one nothing happens
 * @throws SemblanceError `invalid_file` for a damaged pack, `disk_full`; `conflict` where something of the user's own
 *   has the name of a part of the demo
 */
export async function installDemo(
  folder: string,
  { onStage = () => {}, signal }: InstallOptions = {},
): Promise<boolean> {
  const pack = await readDemoPack(folder);
  if (pack === null) return false;
  if ((await getDemoState()) === "installed") {
    // An installation of an earlier version lacks it.
    await installNoisedClip(folder);
    await shareDemoNetworks();
    return true;
  }
  await setDemoState("installing");
  const stage = (text: string) => {
    signal?.throwIfAborted();
    onStage(text);
  };
  const ids = new Map<string, string>();

  stage("Models of the demo: an original and its fine-tunes");
  await installClip(folder);
  await installNoisedClip(folder);
  for (const each of pack.checkpoints.filter(({ fineTune }) => fineTune === null)) {
    ids.set(each.key, await installCheckpoint(each, null, folder));
  }
  for (const { key, name, description, set, count } of pack.datasets) {
    stage(`${count} images to stand for photographs: “${name}”`);
    ids.set(key, await installDataset({ name, description, set, count }, signal));
  }
  for (const run of pack.fineTunes) ids.set(run.key, await installFineTune(run, { ids, folder }));
  for (const run of pack.recordedRuns) await installRecordedRun(run, { ids, folder });
  for (const each of pack.checkpoints.filter(({ fineTune }) => fineTune !== null)) {
    ids.set(each.key, await installCheckpoint(each, ids.get(each.fineTune!)!, folder));
  }
  for (const set of pack.sampleSets) {
    stage(`Samples and their scores: “${set.name}”`);
    ids.set(set.key, await installSampleSet(set, { ids, folder }));
  }
  for (const study of pack.studies) {
    stage(`Study “${study.name}”`);
    await installStudy(study, { ids, folder, signal });
  }
  const { start, dataset, settings } = pack.suggestedFineTune;
  await setSuggestedFineTune({
    startCheckpointId: ids.get(start)!,
    datasetId: ids.get(dataset)!,
    settings,
  });
  await setDemoState("installed");
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      action: "demo.installed",
      subject: { kind: "installation", id: "demo" },
      detail: { studies: pack.studies.map(({ name }) => name) },
    }),
  );
  await rm(drawnFolder(), { recursive: true, force: true });
  return true;
}

/** Metrics look for the demo's CLIP among the installed weights. */
async function installClip(folder: string): Promise<void> {
  const path = demoClipPath(dataPaths().weights);
  await mkdir(dirname(path), { recursive: true });
  await copyFile(join(folder, "weights", "clip.safetensors"), `${path}.partial`);
  await rename(`${path}.partial`, path);
}

/** CLIP guidance of the demo's models looks for it there. What is there already stays. */
async function installNoisedClip(folder: string): Promise<void> {
  const { weights } = dataPaths();
  const { name, title, image, text, options } = demoNoisedClip;
  if ((await findInstalledWeights(weights, name)) !== null) return;
  const files = [image, text, options].map((path) => ({ path, sha256: null }));
  await addWeights(weights, { name, title, files }, join(folder, noisedClipFolder));
}

async function installCheckpoint(
  { name, file, epoch, step }: DemoPack["checkpoints"][number],
  fineTuneId: string | null,
  folder: string,
): Promise<string> {
  const existing = await db.checkpoint.findUnique({ where: { name } });
  if (existing) return existing.isDemo ? existing.id : refuseTakenName(name);
  const path = join(folder, file);
  const { contents } = await inspectCheckpoint(path);
  const blob = await blobStore().putFile(path);
  await recordBlobs([{ ...blob, mediaType: "application/octet-stream" }]);
  const { id } = await db.checkpoint.create({
    data: {
      ...contents,
      name,
      part: contents.options.super_res ? "UPSAMPLER" : "BASE",
      blobSha256: blob.sha256,
      fineTuneId,
      epoch,
      step,
      isDemo: true,
    },
  });
  return id;
}

/** Images of the world between being drawn and being imported. */
const drawnFolder = () => join(dataPaths().runs, "demo-images");

async function installDataset(
  { name, description, set, count }: Omit<DemoPack["datasets"][number], "key">,
  signal: AbortSignal | undefined,
): Promise<string> {
  const existing = await db.dataset.findUnique({ where: { name } });
  if (existing && !existing.isDemo) return refuseTakenName(name);
  const { id, state } = existing ?? (await db.dataset.create({ data: { name, description, isDemo: true } }));
  if (state === "READY") return id;
  await db.wordListVersion.createMany({
    data: { datasetId: id, number: 1, lists: demoWordLists, actor: "" },
    skipDuplicates: true,
  });
  const folder = drawnFolder();
  const files = await drawImageFiles(set, count, { folder, sizePx: 256 });
  await Promise.all(
    files.map(({ path, captions }) =>
      writeFile(path.replace(/\.png$/, ".txt"), captions.map((caption) => `${caption}\n`).join("")),
    ),
  );
  await importDataset(
    { datasetId: id, source: { kind: "folder", path: dirname(files[0]!.path) } },
    { access: anyFile, ...(signal ? { signal } : {}) },
  );
  return id;
}

async function installStudy(
  study: DemoPack["studies"][number],
  {
    ids,
    folder,
    signal,
  }: { ids: ReadonlyMap<string, string>; folder: string; signal: AbortSignal | undefined },
): Promise<void> {
  const existing = await db.study.findUnique({ where: { name: study.name } });
  if (existing && !existing.isDemo) refuseTakenName(study.name);
  const { id } =
    existing ??
    (await createStudy(
      {
        name: study.name,
        instructions: study.instructions,
        criteria: [{ key: "caption-similarity", question: study.question }],
        arms: study.arms.map(({ name, dataset, sampleSet }) => ({
          name,
          ...(dataset === undefined ? {} : { datasetId: ids.get(dataset)! }),
          ...(sampleSet === undefined ? {} : { sampleSetId: ids.get(sampleSet)! }),
        })),
        captionChoice: { choice: "first", count: study.captions },
        ratersPerItem: study.ratersPerItem,
        itemsPerRater: study.itemsPerRater,
      },
      actor,
      { isDemo: true },
    ));
  if (existing === null || existing.state === "DRAFT") {
    await openStudy(id, actor, { ...(signal ? { signal } : {}) });
  }
  if (study.votes === null || existing?.state === "CLOSED") return;
  const recorded = await db.rating.count({ where: { assignment: { rater: { studyId: id } } } });
  if (recorded === 0) await recordVotes(id, await readSimulatedVotes(join(folder, study.votes)));
  await closeStudy(id, actor);
}

function refuseTakenName(name: string): never {
  throw new SemblanceError("conflict", `Something of yours is called “${name}”, as a part of the demo is.`, {
    remedy: "Rename or delete it, or start without the demo: npm start -- --empty",
  });
}
