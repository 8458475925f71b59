import { afterAll, describe, expect, test } from "vitest";
import { startCaptionDrawing } from "@/jobs/draw-caption/start";
import { startEvaluation } from "@/jobs/evaluate/start";
import { startSampleSet } from "@/jobs/sample/start";
import { heldOutDatasets } from "@/lib/datasets/held-out-datasets";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import { getEvaluation } from "@/lib/evaluations/get-evaluation";
import { scoredPhotographs, scoredSamples } from "@/lib/evaluations/scored-images";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { deleteSampleSet } from "@/lib/samples/delete-sample-set";
import { getSampleGrid } from "@/lib/samples/get-sample-grid";
import { listComparableSets } from "@/lib/samples/list-comparable-sets";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();
afterAll(() => stopQueue());

async function makeDataset(name: string, images: number) {
  const { id } = await db.dataset.create({ data: { name, state: "READY" } });
  for (let position = 0; position < images; position++) {
    await db.image.create({
      data: {
        datasetId: id,
        stem: `${position}`,
        position,
        blobSha256: `${position}`.padEnd(64, "0"),
        widthPx: 100,
        heightPx: 90,
        captions: {
          create: [
            { position: 0, text: `first of ${position}`, tokenCount: 3 },
            { position: 1, text: `second of ${position}`, tokenCount: 3 },
          ],
        },
      },
    });
  }
  return id;
}

async function makeCheckpoint(name: string, part: "BASE" | "UPSAMPLER", sidePx: number) {
  const options = { image_size: sidePx };
  const data = { blobSha256: "f".repeat(64), format: "x", options, parameterCount: 1, tensorCount: 1 };
  return (await db.checkpoint.create({ data: { name, part, ...data } })).id;
}

const datasetId = await makeDataset("dogs", 3);
const base = await makeCheckpoint("base", "BASE", 64);
const upsampler = await makeCheckpoint("up", "UPSAMPLER", 256);
const smallBase = await makeCheckpoint("small", "BASE", 16);

let sets = 0;
const start = (input: object = {}) =>
  startSampleSet({ name: `set ${++sets}`, datasetId, baseCheckpointId: base, settings: {}, ...input });

describe("starting a sample set", () => {
  test("requests one image of every photograph's first caption, or of a given number", async () => {
    const requestedBy = async (input: object) => {
      const { sampleSetId } = await start(input);
      return (await db.sampleSet.findUniqueOrThrow({ where: { id: sampleSetId } })).requested;
    };
    expect(await requestedBy({})).toBe(3);
    expect(await requestedBy({ settings: { samplesPerCaption: 4 } })).toBe(12);
    expect(await requestedBy({ captionLimit: 2, settings: { samplesPerCaption: 4 } })).toBe(8);
    expect(await requestedBy({ captionLimit: 50 })).toBe(3);
  });

  test("draws only the captions of any of the chosen categories, and refuses those that no caption has", async () => {
    const images = await db.image.findMany({ where: { datasetId }, orderBy: { position: "asc" } });
    for (const [index, categories] of [
      { Category: ["Animals"] },
      { Category: ["Food", "Fruit"] },
    ].entries()) {
      await db.caption.updateMany({
        where: { imageId: images[index]!.id, position: 0 },
        data: { categories },
      });
    }
    const captionCategories = ["Category=Animals", "Category=Food"];
    const { sampleSetId } = await start({ captionCategories });
    const set = await db.sampleSet.findUniqueOrThrow({ where: { id: sampleSetId } });
    expect([set.requested, set.captionCategories]).toEqual([2, captionCategories]);
    expect((await getSampleGrid([sampleSetId])).total).toBe(2);
    const { sampleSetId: animals } = await start({ captionCategories: ["Category=Animals"] });
    expect((await getSampleGrid([animals])).total).toBe(1);
    // Sets of different categories stand side by side in a grid of all captions.
    expect((await getSampleGrid([animals, sampleSetId])).total).toBe(3);
    await expect(start({ captionCategories: ["Category=Cars"] })).rejects.toMatchObject({
      code: "invalid_input",
      details: { field: "captionCategories" },
    });
    await expect(start({ captionCategories: ["Animals"] })).rejects.toThrow("NAME=VALUE");
  });

  test("draws and judges held-out images alone, and says where there are none", async () => {
    await expect(start({ captionSplit: "HELD_OUT" })).rejects.toMatchObject({
      details: { field: "captionSplit" },
    });
    const { sampleSetId: all } = await start({});
    await db.sampleSet.update({ where: { id: all }, data: { state: "SUCCEEDED" } });
    const evaluateHeldOut = () => startEvaluation({ sampleSetId: all, split: "HELD_OUT" });
    await expect(evaluateHeldOut()).rejects.toThrow("has no held-out photographs");
    const image = await db.image.findFirstOrThrow({ where: { datasetId }, orderBy: { position: "asc" } });
    await reviseDataset(datasetId, { changes: { heldOut: [image.id] }, reason: "" });
    await expect(evaluateHeldOut()).rejects.toMatchObject({ details: { field: "split" } });
    const requestedOf = async (captionSplit: "HELD_OUT" | "TRAINING") => {
      const { sampleSetId } = await start({ captionSplit });
      const { total } = await getSampleGrid([sampleSetId]);
      const { requested } = await db.sampleSet.findUniqueOrThrow({ where: { id: sampleSetId } });
      expect(total).toBe(requested);
      return requested;
    };
    expect([await requestedOf("HELD_OUT"), await requestedOf("TRAINING")]).toEqual([1, 2]);
    const { captionId } = (await getSampleGrid([all])).rows[0]!;
    await db.sample.create({ data: { sampleSetId: all, captionId, seed: 0, blobSha256: "a".repeat(64) } });
    const { evaluationId } = await evaluateHeldOut();
    expect((await getEvaluation(evaluationId)).split).toBe("HELD_OUT");
    // A model that learns from the others of this dataset is judged fairly.
    expect(await heldOutDatasets()).toEqual(new Set());
    await reviseDataset(datasetId, { changes: { training: [image.id] }, reason: "" });
  });

  test("judges the samples and photographs of chosen categories alone, and says where there are none", async () => {
    const { sampleSetId } = await start({});
    await db.sampleSet.update({ where: { id: sampleSetId }, data: { state: "SUCCEEDED" } });
    const { rows } = await getSampleGrid([sampleSetId]);
    await db.sample.createMany({
      data: rows.map(({ captionId }) => ({ sampleSetId, captionId, seed: 0, blobSha256: "a".repeat(64) })),
    });
    const judge = (captionCategories: string[], rest: object = {}) =>
      startEvaluation({ sampleSetId, captionCategories, ...rest });
    const countsOf = async (evaluationId: string) => {
      const evaluation = await db.evaluation.findUniqueOrThrow({
        where: { id: evaluationId },
        include: { sampleSet: true },
      });
      return {
        samples: await db.sample.count({ where: scoredSamples(evaluation, evaluation.sampleSet) }),
        photographs: await db.image.count({ where: scoredPhotographs(evaluation, evaluation.sampleSet) }),
      };
    };
    const fruit = (await judge(["Category=Fruit"])).evaluationId;
    expect(await countsOf(fruit)).toEqual({ samples: 1, photographs: 1 });
    expect(await getEvaluation(fruit)).toMatchObject({ captionCategories: ["Category=Fruit"], split: null });
    const two = (await judge(["Category=Fruit", "Category=Animals"])).evaluationId;
    expect(await countsOf(two)).toEqual({ samples: 2, photographs: 2 });
    expect(await countsOf((await judge([])).evaluationId)).toEqual({ samples: 3, photographs: 3 });
    // Categories of these captions say nothing of the photographs of another dataset.
    const other = await makeDataset("cats", 2);
    const against = await judge(["Category=Fruit"], { datasetId: other });
    expect(await countsOf(against.evaluationId)).toEqual({ samples: 1, photographs: 2 });
    await expect(judge(["Category=Cars"])).rejects.toMatchObject({
      message: expect.stringContaining("has no samples for captions of Category=Cars."),
      details: { field: "captionCategories" },
    });
    const image = await db.image.findFirstOrThrow({ where: { datasetId }, orderBy: { position: "desc" } });
    await reviseDataset(datasetId, { changes: { heldOut: [image.id] }, reason: "" });
    await expect(judge(["Category=Fruit"], { split: "HELD_OUT" })).rejects.toThrow(
      "has no samples for captions of Category=Fruit of held-out images.",
    );
    await reviseDataset(datasetId, { changes: { training: [image.id] }, reason: "" });
  });

  test.each([
    [
      "an upsampler in the base's place",
      { baseCheckpointId: upsampler },
      "invalid_input",
      "baseCheckpointId",
    ],
    [
      "a base in the upsampler's place",
      { upsamplerCheckpointId: base },
      "invalid_input",
      "upsamplerCheckpointId",
    ],
    [
      "an upsampler of larger images than the base draws",
      { baseCheckpointId: smallBase, upsamplerCheckpointId: upsampler },
      "invalid_input",
      "upsamplerCheckpointId",
    ],
    ["a model that is not there", { baseCheckpointId: datasetId }, "not_found", "baseCheckpointId"],
    ["a dataset that is not there", { datasetId: base }, "not_found", "datasetId"],
    ["a name in use", { name: "set 1" }, "conflict", "name"],
  ])("refuses %s at its field", async (_case, input, code, field) => {
    await expect(start(input)).rejects.toMatchObject({ code, details: { field } });
  });
});

test("a base and an upsampler of different sizes are rejected", async () => {
  const drawing = { caption: "a dog", upsamplerCheckpointId: upsampler, seed: 0 };
  await expect(startCaptionDrawing({ ...drawing, baseCheckpointId: smallBase })).rejects.toMatchObject({
    code: "invalid_input",
    message: "“small” draws 16 px images, but “up” takes 64 px images.",
    details: { field: "upsamplerCheckpointId" },
  });
  expect((await startCaptionDrawing({ ...drawing, baseCheckpointId: base })).drawingId).toBeTruthy();
});

describe("the grid", () => {
  async function draw(setId: string, caption: string, seed: number, sha256: string) {
    const { id } = await db.caption.findFirstOrThrow({ where: { text: caption, image: { datasetId } } });
    await db.sample.create({
      data: { sampleSetId: setId, captionId: id, seed, blobSha256: sha256.padEnd(64, "0") },
    });
  }

  test("shows the photograph and every set's samples side by side, with gaps for missing ones", async () => {
    const [first, second] = [(await start()).sampleSetId, (await start()).sampleSetId];
    await draw(first, "first of 1", 1, "b");
    await draw(first, "first of 1", 0, "a");
    await draw(second, "first of 1", 0, "c");
    const grid = await getSampleGrid([second, first]);
    expect(grid).toMatchObject({ total: 3, dataset: { name: "dogs" } });
    expect(grid.rows.map(({ caption }) => caption)).toEqual(["first of 0", "first of 1", "first of 2"]);
    expect(grid.rows[0]!.cells).toEqual([[], []]);
    expect(grid.rows[1]).toMatchObject({ real: { sha256: "1".padEnd(64, "0"), widthPx: 100, heightPx: 90 } });
    expect(grid.rows[1]!.cells.map((cell) => cell.map(({ seed, sha256 }) => `${seed}${sha256[0]}`))).toEqual([
      ["0c"],
      ["0a", "1b"],
    ]);
    const page = await getSampleGrid([first], { page: 2, pageSize: 2 });
    expect(page.rows.map(({ caption }) => caption)).toEqual(["first of 2"]);
  });

  test("shows only the requested captions", async () => {
    const { sampleSetId } = await start({ captionLimit: 2 });
    const grid = await getSampleGrid([sampleSetId]);
    expect([grid.total, grid.rows.length]).toEqual([2, 2]);
    expect((await getSampleGrid([sampleSetId], { page: 9 })).rows).toEqual([]);
  });

  test("puts sets of other datasets beside it where their captions have the same text", async () => {
    const others = await makeDataset("the same dogs", 3);
    const [own, other] = [(await start()).sampleSetId, (await start({ datasetId: others })).sampleSetId];
    const captions = await db.caption.findMany({ where: { image: { datasetId: others }, position: 0 } });
    const drawnFor = captions.find(({ text }) => text === "first of 2")!;
    await db.caption.update({ where: { id: drawnFor.id }, data: { text: "first  of\t2" } });
    for (const { id } of captions) {
      const blobSha256 = id === drawnFor.id ? "e".repeat(64) : "d".repeat(64);
      await db.sample.create({ data: { sampleSetId: other, captionId: id, seed: 0, blobSha256 } });
    }
    await draw(own, "first of 1", 0, "a");
    const grid = await getSampleGrid([own, other]);
    expect(grid.dataset.name).toBe("dogs");
    expect(grid.rows.map(({ cells }) => cells.map((cell) => cell.map(({ sha256 }) => sha256[0])))).toEqual([
      [[], ["d"]],
      [["a"], ["d"]],
      [[], ["e"]],
    ]);
    const set = grid.sets[0]!;
    expect((await listComparableSets(set)).map(({ id }) => id)).toContain(other);
    expect((await listComparableSets(set)).map(({ id }) => id)).not.toContain(own);
  });

  test("rejects sets that are not there", async () => {
    await expect(getSampleGrid([base])).rejects.toMatchObject({ code: "not_found" });
  });
});

test("an evaluation waits until every image is drawn", async () => {
  const { sampleSetId } = await start();
  await expect(startEvaluation({ sampleSetId })).rejects.toMatchObject({ code: "conflict" });
  await db.sampleSet.update({ where: { id: sampleSetId }, data: { state: "SUCCEEDED" } });
  const { evaluationId } = await startEvaluation({ sampleSetId });
  expect(await db.evaluation.findUnique({ where: { id: evaluationId } })).toMatchObject({
    datasetId,
    metrics: ["fid", "kid", "clip-score"],
    state: "QUEUED",
  });
});

test("a sample set can be deleted once it has ended and if no study shows it", async () => {
  const { sampleSetId } = await start();
  await expect(deleteSampleSet(sampleSetId)).rejects.toMatchObject({ code: "conflict" });
  await db.sampleSet.update({ where: { id: sampleSetId }, data: { state: "SUCCEEDED" } });
  const study = await db.study.create({
    data: {
      name: "blind",
      inviteToken: "t",
      ratersPerItem: 1,
      itemsPerRater: 1,
      imageSizePx: 64,
      seed: 1,
      arms: { create: { name: "drawn", position: 0, sampleSetId } },
    },
  });
  await expect(deleteSampleSet(sampleSetId)).rejects.toThrow("compared in the study “blind”");
  await db.study.delete({ where: { id: study.id } });
  await deleteSampleSet(sampleSetId);
  expect(await db.sampleSet.count({ where: { id: sampleSetId } })).toBe(0);
});
