import { expect, test } from "vitest";
import { listEvaluations } from "@/lib/evaluations/list-evaluations";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";

const { db } = await withTestDatabase();

const { id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
const { id: baseCheckpointId } = await db.checkpoint.create({
  data: {
    name: "base",
    ...storedCheckpoint,
  },
});
const rows = [
  ["b", "SUCCEEDED"],
  ["a", "QUEUED"],
  ["b", "FAILED"],
] as const;
const ids: string[] = [];
for (const [day, [name, state]] of rows.entries()) {
  const data = { name, datasetId, baseCheckpointId, settings: {}, requested: 1 };
  const { id: sampleSetId } = await db.sampleSet.upsert({ where: { name }, create: data, update: {} });
  const createdAt = new Date(Date.UTC(2026, 0, day + 1));
  const { id } = await db.evaluation.create({
    data: { sampleSetId, datasetId, metrics: ["fid"], state, createdAt },
  });
  ids.push(id);
}

test.each([
  ["newest first, if nothing else is asked for", {}, [2, 1, 0]],
  [
    "by their sample set's name, and the newest of a set first",
    { sort: "sampleSet", order: "asc" },
    [1, 2, 0],
  ],
  ["by state", { sort: "state", order: "desc" }, [2, 0, 1]],
] as const)("evaluations are listed %s", async (_case, sorting, expected) => {
  const { evaluations, total } = await listEvaluations(sorting);
  expect(evaluations.map(({ id }) => ids.indexOf(id))).toEqual(expected);
  expect(total).toBe(3);
});
