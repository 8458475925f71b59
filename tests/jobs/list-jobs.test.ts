import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { listJobs } from "@/jobs/list-jobs";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const rows = [
  ["sample", "SUCCEEDED"],
  ["fine-tune", "FAILED"],
  ["sample", "QUEUED"],
] as const;
const ids = rows.map((): string => randomUUID());
for (const [day, [kind, state]] of rows.entries()) {
  const createdAt = new Date(Date.UTC(2026, 0, day + 1));
  const data = { id: ids[day]!, kind, state, createdAt, payload: {}, subjectId: randomUUID() };
  await db.job.create({ data });
}

test.each([
  ["newest first, if nothing else is asked for", {}, [2, 1, 0]],
  ["oldest first", { order: "asc" }, [0, 1, 2]],
  ["by kind, and the newest of a kind first", { sort: "kind", order: "asc" }, [1, 2, 0]],
  ["by state, in the order in which a job passes them", { sort: "state", order: "asc" }, [2, 0, 1]],
] as const)("jobs are listed %s", async (_case, sorting, expected) => {
  const { jobs, total } = await listJobs(sorting);
  expect(jobs.map(({ id }) => ids.indexOf(id))).toEqual(expected);
  expect(total).toBe(3);
});
