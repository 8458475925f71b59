/** Which datasets models should not learn from, according to the evaluations and studies in the database. */
import { expect, test } from "vitest";
import { heldOutDatasets } from "@/lib/datasets/held-out-datasets";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";

const { db } = await withTestDatabase();

const makeDataset = async (name: string) => (await db.dataset.create({ data: { name, state: "READY" } })).id;

test("datasets that an evaluation or a study compares with are held out, drawn or trained ones are not", async () => {
  const [evaluated, studied, trained] = [
    await makeDataset("evaluated"),
    await makeDataset("studied"),
    await makeDataset("trained"),
  ];
  const base = await db.checkpoint.create({
    data: {
      name: "base",
      ...storedCheckpoint,
    },
  });
  const set = await db.sampleSet.create({
    data: { name: "set", datasetId: trained, baseCheckpointId: base.id, settings: {}, requested: 1 },
  });
  await db.evaluation.create({ data: { sampleSetId: set.id, datasetId: evaluated, metrics: ["fid"] } });
  await db.study.create({
    data: {
      name: "study",
      inviteToken: "x",
      ratersPerItem: 1,
      itemsPerRater: 1,
      imageSizePx: 64,
      seed: 0,
      arms: { create: [{ name: "real", position: 0, datasetId: studied }] },
    },
  });
  expect(await heldOutDatasets()).toEqual(new Set([evaluated, studied]));
});
