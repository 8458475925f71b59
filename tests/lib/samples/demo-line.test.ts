/** Which checkpoints come from the demo. */
import { expect, test } from "vitest";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { checkpointsOfDemo } from "@/lib/samples/demo-line";
import { listSamplingModels } from "@/lib/samples/list-sampling-models";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";

const { db } = await withTestDatabase();

/** The last model of a run of its own. */
async function fineTuned(name: string, { from, isDemo }: { from: string | null; isDemo: boolean }) {
  const dataset = await db.dataset.create({ data: { name: `${name} images`, isDemo } });
  const run = await db.fineTune.create({
    data: {
      name,
      part: "BASE",
      datasetId: dataset.id,
      startCheckpointId: from,
      settings: fineTuneSettings.parse({}),
    },
  });
  const { id } = await db.checkpoint.create({ data: { ...storedCheckpoint, name, fineTuneId: run.id } });
  return id;
}

test("the demo's noised CLIP guides the demo's models and what was fine-tuned from them, over several runs", async () => {
  const registered = async (name: string, isDemo: boolean) =>
    (await db.checkpoint.create({ data: { ...storedCheckpoint, name, isDemo } })).id;
  const demo = await registered("demo original", true);
  const glide = await registered("glide", false);
  const once = await fineTuned("once", { from: demo, isDemo: false });
  const twice = await fineTuned("twice", { from: once, isDemo: false });
  const other = await fineTuned("other", { from: glide, isDemo: true });
  const fromScratch = await fineTuned("from scratch", { from: null, isDemo: true });
  const ownFromScratch = await fineTuned("own from scratch", { from: null, isDemo: false });

  const all = [demo, glide, once, twice, other, fromScratch, ownFromScratch];
  expect(await checkpointsOfDemo(all)).toEqual(new Set([demo, once, twice, fromScratch]));
  expect(await checkpointsOfDemo([glide])).toEqual(new Set());
  expect(await checkpointsOfDemo([])).toEqual(new Set());

  const { bases } = await listSamplingModels();
  const clipOf = (id: string) => bases.find((base) => base.id === id)!.clip;
  expect(clipOf(twice)).toEqual({ name: "demo", isInstalled: false, scales: [3, 10] });
  expect(clipOf(glide)).toEqual({ name: "published", isInstalled: false, scales: [1, 3] });
});
