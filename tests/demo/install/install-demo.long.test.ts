import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installDemo } from "@/demo/install/install-demo";
import { type DemoPack, packFile } from "@/demo/install/pack";
import { getDemoState } from "@/lib/dashboard/demo-state";
import { removeDemo } from "@/lib/dashboard/remove-demo";
import { getSuggestedFineTune } from "@/lib/dashboard/suggested-fine-tune";
import { openNoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";
import { getFineTune } from "@/lib/fine-tunes/get-fine-tune";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { installedClip } from "@/lib/samples/installed-clip";
import { listSamplingModels } from "@/lib/samples/list-sampling-models";
import { getLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import { withTestDatabase } from "../../database";
import { buildTinyPack, tinySizes } from "../tiny-pack";

const { db } = await withTestDatabase();
let root: string;
let folder: string;
let pack: DemoPack;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "semblance-pack-"));
  folder = join(root, "pack");
  pack = await buildTinyPack(folder, join(root, "work"));
}, 300_000);

afterAll(() => rm(root, { recursive: true, force: true }));

/** Rows of every kind that the demo makes, and how many of them are the demo's. */
async function countRows() {
  const demo = { where: { isDemo: true } };
  return {
    datasets: [await db.dataset.count(), await db.dataset.count(demo)],
    checkpoints: [await db.checkpoint.count(), await db.checkpoint.count(demo)],
    fineTunes: [await db.fineTune.count(), await db.fineTune.count(demo)],
    sampleSets: [await db.sampleSet.count(), await db.sampleSet.count(demo)],
    studies: [await db.study.count(), await db.study.count(demo)],
    images: await db.image.count(),
    samples: await db.sample.count(),
    ratings: await db.rating.count(),
    scores: await db.score.count(),
  };
}

const whole = {
  datasets: [2, 2],
  checkpoints: [5, 5],
  fineTunes: [3, 3],
  sampleSets: [7, 7],
  studies: [2, 2],
  images: tinySizes.trainingImages + tinySizes.heldOutImages,
  samples: 2 * tinySizes.captions * tinySizes.samplesPerCaption + 5 * tinySizes.enlargedCaptions,
  ratings: 3 * tinySizes.enlargedCaptions * 5,
  scores: 3 * (2 + 2 * 5),
};

test("without a pack nothing happens", async () => {
  expect(await installDemo(join(root, "nothing"))).toBe(false);
  expect(await getDemoState()).toBe("absent");
});

test("an installation that was interrupted is completed by the next one, with nothing twice", async () => {
  const interrupt = new AbortController();
  const broken = installDemo(folder, {
    signal: interrupt.signal,
    onStage: (stage) => {
      if (stage.includes("256") || stage.includes("after 20 epochs")) interrupt.abort();
    },
  });
  await expect(broken).rejects.toThrow();
  expect(await getDemoState()).toBe("installing");
  expect((await countRows()).sampleSets[0]).toBeGreaterThan(0);

  const stages: string[] = [];
  expect(await installDemo(folder, { onStage: (stage) => stages.push(stage) })).toBe(true);
  expect(await getDemoState()).toBe("installed");
  expect(await countRows()).toEqual(whole);
  expect(stages).toContain("Study “Demo study, your own answers”");

  expect(await installDemo(folder)).toBe(true);
  expect(await countRows()).toEqual(whole);
});

test("CLIP guidance of the demo's models has its noised CLIP, also where an earlier version installed the demo", async () => {
  const clip = await installedClip("demo");
  const { options } = await openNoisedClip(clip);
  expect(options).toMatchObject({ image_size: 64, n_timesteps: 1000, max_text_len: 32 });
  await rm(dirname(clip.image), { recursive: true });
  await expect(installedClip("demo")).rejects.toThrow("The demo’s noised CLIP is not installed.");
  expect(await installDemo(folder)).toBe(true);
  expect(await installedClip("demo")).toEqual(clip);
  const { bases } = await listSamplingModels();
  expect(bases.map((base) => base.clip)).toEqual(
    bases.map(() => ({ name: "demo", isInstalled: true, scales: [3, 10] })),
  );
});

test("the example study is closed, every item has its simulated votes, and it has a leaderboard", async () => {
  const example = await db.study.findUniqueOrThrow({
    where: { name: "Demo study, simulated raters" },
    include: { items: { include: { seats: true } } },
  });
  expect(example.state).toBe("CLOSED");
  expect(example.instructions).toContain("Nobody gave these answers");
  expect(example.items.flatMap(({ seats }) => seats).every(({ isDone }) => isDone)).toBe(true);
  const ratings = await db.rating.findMany({ select: { inputKind: true } });
  expect(new Set(ratings.map(({ inputKind }) => inputKind))).toEqual(new Set(["simulated"]));
  const leaderboard = await getLeaderboard(example.id);
  expect(JSON.stringify(leaderboard)).toContain("fine-tuned");
});

test("the open study waits for its first answer under an invitation link", async () => {
  const open = await db.study.findUniqueOrThrow({ where: { name: "Demo study, your own answers" } });
  expect(open.state).toBe("OPEN");
  expect(open.inviteToken).toMatch(/^[\w-]{20,}$/);
  expect(await db.rater.count({ where: { studyId: open.id } })).toBe(0);
});

test("samples are the packed files, and scores the packed figures", async () => {
  const set = pack.sampleSets.find(({ key }) => key === "tuned-40")!;
  const row = await db.sampleSet.findUniqueOrThrow({
    where: { name: set.name },
    include: {
      samples: { include: { caption: { include: { image: true } } }, orderBy: { captionId: "asc" } },
      evaluations: { include: { scores: true }, orderBy: { sidePx: "asc" } },
    },
  });
  for (const { caption, seed, blobSha256, baseSha256 } of row.samples) {
    const file = `${String(caption.image.position).padStart(3, "0")}-${seed}`;
    expect(await readBlob(blobSha256)).toEqual(await readFile(join(folder, set.folder, `${file}.png`)));
    expect(await readBlob(baseSha256!)).toEqual(await readFile(join(folder, set.folder, `${file}-base.png`)));
  }
  expect(row.evaluations.map(({ sidePx }) => sidePx)).toEqual([64, 256]);
  for (const [at, { scores }] of set.evaluations.entries()) {
    for (const { metric, value, n2 } of scores) {
      const stored = row.evaluations[at]!.scores.find((one) => one.metric === metric)!;
      expect([stored.value, stored.generatedCount]).toEqual([value, n2]);
    }
  }
});

test("fine-tunes have their curve, the last of repeated points, and their models know their epochs", async () => {
  const { id } = await db.fineTune.findUniqueOrThrow({ where: { name: "Demo fine-tuned, upsampler" } });
  const run = await getFineTune(id);
  expect(run.state).toBe("SUCCEEDED");
  expect(run.curves.loss).toEqual([
    [50, 0.05],
    [100, 0.04],
  ]);
  expect(run.checkpoints.map(({ epoch }) => epoch)).toEqual([20, 40]);
});

test("a fine-tune of several phases is one run: its steps go on, its epochs add up, its log tells the phases", async () => {
  const { phases } = pack.fineTunes.find(({ key }) => key === "base-tuned")!;
  expect(phases.length).toBeGreaterThan(1);
  const { id } = await db.fineTune.findUniqueOrThrow({ where: { name: "Demo fine-tuned, base" } });
  const run = await getFineTune(id);
  expect(run.curves.learningRate).toEqual(
    // The last phase's: losses of different weightings cannot be compared.
    [50, 100].map((step) => [100 * (phases.length - 1) + step, phases.at(-1)!.settings.learningRate]),
  );
  const epochs = phases.reduce((sum, { settings }) => sum + settings.epochs, 0);
  expect(run.settings.epochs).toBe(epochs);
  expect(run.checkpoints.map(({ epoch }) => epoch)).toEqual([epochs]);
  const lines = await db.logLine.findMany({ where: { fineTuneId: id } });
  expect(lines.map(({ message }) => message)).toEqual(
    expect.arrayContaining(phases.map((_, phase) => expect.stringContaining(`Phase ${phase + 1} of`))),
  );
});

test("a recorded run shows what its page showed: every step's loss, previews, speed and log", async () => {
  const { id } = await db.fineTune.findUniqueOrThrow({ where: { name: "Demo fine-tune, recorded" } });
  const run = await getFineTune(id);
  expect(run).toMatchObject({ state: "SUCCEEDED", step: 1, totalSteps: 1 });
  expect(run.stepsPerSecond).toBeGreaterThan(0);
  expect(run.finishedAt!.getTime()).toBeGreaterThan(run.startedAt!.getTime());
  expect(run.curves.loss).toHaveLength(1);
  expect(run.previews.map(({ caption }) => caption).sort()).toEqual([...run.settings.previewCaptions].sort());
  const log = run.log.map(({ message }) => message).join("\n");
  expect(log).toContain("Recorded when the demo was made");
  expect(log).toContain("Training on 6 images for 1 epoch, batch size 16, on cpu.");
});

test("a fine-tune is suggested, and no longer once the demo is removed", async () => {
  const suggested = (await getSuggestedFineTune())!;
  const start = await db.checkpoint.findUniqueOrThrow({ where: { id: suggested.startCheckpointId } });
  expect(start.name).toBe("Demo original, base");
  expect(suggested.settings.previewCaptions.length).toBeGreaterThan(0);

  const removed = await removeDemo("test");
  expect([removed.kept, removed.simulatedVotes]).toEqual([[], whole.ratings]);
  expect(await getSuggestedFineTune()).toBeNull();
  expect(await getDemoState()).toBe("removed");
  expect(await db.rating.count()).toBe(0);
});

test("the user's own data is not mistaken for the demo's, and a damaged pack is named", async () => {
  await db.dataset.create({ data: { name: pack.datasets[0]!.name } });
  await expect(installDemo(folder)).rejects.toMatchObject({ code: "conflict" });
  await writeFile(join(root, packFile), '{"version": 9}');
  await expect(installDemo(root)).rejects.toMatchObject({ code: "invalid_file" });
});
