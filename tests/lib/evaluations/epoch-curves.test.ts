import { expect, test } from "vitest";
import { listEpochCurves } from "@/lib/evaluations/epoch-curves";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const drawing = (steps: number) => `${steps} steps of DPM-Solver++ (2M), guidance 3`;
const weights = { blobSha256: "f".repeat(64), format: "x", options: {}, parameterCount: 1, tensorCount: 1 };

test("there is one curve for scores with the same settings and recipe, by epoch, with each model's newest score", async () => {
  const { id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
  const run = await db.fineTune.create({ data: { name: "run", part: "UPSAMPLER", datasetId, settings: {} } });
  const base = await db.checkpoint.create({ data: { ...weights, name: "glide", part: "BASE" } });
  const recipe = { network: "Inception", weightsSha256: "a" };
  const fid = (value: number, more: object = {}) => ({
    metric: "fid",
    value,
    low: value - 1,
    high: value + 1,
    realCount: 9,
    generatedCount: 9,
    recipe: { ...recipe, ...more },
    warnings: [],
  });
  let day = 1;
  const evaluate = async (
    sampleSetId: string,
    { sidePx = null, scores }: { sidePx?: number | null; scores: ReturnType<typeof fid>[] },
  ) =>
    db.evaluation.create({
      data: {
        sampleSetId,
        datasetId,
        sidePx,
        metrics: ["fid"],
        state: "SUCCEEDED",
        createdAt: new Date(Date.UTC(2026, 0, day++)),
        scores: { create: scores },
      },
    });
  // Written in another order than the epochs'.
  for (const epoch of [40, 20]) {
    const model = await db.checkpoint.create({
      data: { ...weights, name: `epoch ${epoch}`, part: "UPSAMPLER", fineTuneId: run.id, epoch, step: epoch },
    });
    const set = await db.sampleSet.create({
      data: {
        name: `set ${epoch}`,
        datasetId,
        baseCheckpointId: base.id,
        upsamplerCheckpointId: model.id,
        settings: { steps: 25 },
        requested: 9,
        state: "SUCCEEDED",
      },
    });
    await evaluate(set.id, { scores: [fid(500)] });
    // The newer one counts; what was measured of the bias does not make it another recipe.
    await evaluate(set.id, { scores: [fid(100 + epoch, { bias: epoch })] });
    await evaluate(set.id, { sidePx: 64, scores: [fid(epoch, epoch === 40 ? { weightsSha256: "b" } : {})] });
    // Drawn otherwise: no point of the same curve.
    if (epoch === 20) {
      const { id } = await db.sampleSet.create({
        data: {
          ...set,
          id: undefined,
          name: "more steps",
          settings: { steps: 50 },
          plannedEvaluation: undefined,
        },
      });
      await evaluate(id, { scores: [fid(1)] });
    }
  }
  const curves = await listEpochCurves(run.id);
  expect(
    curves.map(({ metric, sidePx, sameRecipe, conditions, points }) => ({
      metric,
      sidePx,
      sameRecipe,
      conditions,
      points: points.map(({ epoch, value }) => [epoch, value]),
    })),
  ).toEqual([
    {
      metric: "fid",
      sidePx: 64,
      sameRecipe: false,
      conditions: ["against dogs", "all images", "upsampling glide", drawing(25), "at 64 px"],
      points: [
        [20, 20],
        [40, 40],
      ],
    },
    {
      metric: "fid",
      sidePx: null,
      sameRecipe: true,
      conditions: ["against dogs", "all images", "upsampling glide", drawing(25)],
      points: [
        [20, 120],
        [40, 140],
      ],
    },
    {
      metric: "fid",
      sidePx: null,
      sameRecipe: true,
      conditions: ["against dogs", "all images", "upsampling glide", drawing(50)],
      points: [[20, 1]],
    },
  ]);
  expect(await listEpochCurves(crypto.randomUUID())).toEqual([]);
});
