/** Which scores stand in a model's and in an adapter's card. */
import { expect, test } from "vitest";
import { scoreTable } from "@/lib/evaluations/score-table";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";

const { db } = await withTestDatabase();

test("an adapter has the scores of the samples that were drawn with it", async () => {
  const { id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
  const base = await db.checkpoint.create({ data: { ...storedCheckpoint, name: "base" } });
  const adapter = await db.adapter.create({
    data: { name: "lora", blobSha256: "a".repeat(64), rank: 4, alpha: 4, sizes: {}, parameterCount: 8 },
  });
  expect(await scoreTable({ adapterId: adapter.id })).toBe("It has not been evaluated.");
  for (const [name, value, adapters] of [
    ["with the adapter", 12.5, { create: { adapterId: adapter.id, position: 0, scale: 0.5 } }],
    ["without it", 99.5, {}],
  ] as const) {
    await db.sampleSet.create({
      data: {
        ...{ name, datasetId, baseCheckpointId: base.id, settings: {}, requested: 9, adapters },
        evaluations: {
          create: {
            ...{ datasetId, metrics: ["fid"], state: "SUCCEEDED" },
            scores: {
              create: { metric: "fid", value, recipe: {}, warnings: [], realCount: 90, generatedCount: 9 },
            },
          },
        },
      },
    });
  }
  const ofAdapter = await scoreTable({ adapterId: adapter.id });
  expect(ofAdapter).toContain("| FID | 12.5 |  | with the adapter | dogs | as they are | 9 | 90 |  |");
  expect(ofAdapter).not.toContain("without it");
  expect(await scoreTable({ checkpointId: base.id })).toContain("| FID | 99.5 |  | without it |");
});
