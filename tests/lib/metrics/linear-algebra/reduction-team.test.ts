import { afterAll, expect, test } from "vitest";
import { DecompositionTeam } from "@/lib/metrics/linear-algebra/decomposition-team";
import { DecompositionThread } from "@/lib/metrics/linear-algebra/decomposition-thread";
import { nuclearNorm } from "@/lib/metrics/linear-algebra/nuclear-norm";
import { singularValueSum } from "@/lib/metrics/linear-algebra/singular-value-sum";
import { pseudoNormals } from "../pseudo-normals";

/** More than most machines that run this have cores: threads then have to wait for each other in every order. */
const threads = [
  new DecompositionThread(),
  new DecompositionThread(),
  new DecompositionThread(),
  new DecompositionThread(),
] as const;

afterAll(() => Promise.all(threads.map((thread) => thread.end())));

/** By the first `count` threads; the helpers join while the leader is at work. */
async function sumByTeam(
  count: number,
  matrix: Float64Array,
  rows: number,
  columns: number,
): Promise<number> {
  const [leader, ...others] = threads;
  const team = new DecompositionTeam(leader, rows, columns);
  const sum = team.sumSingularValues(matrix);
  for (const helper of others.slice(0, count - 1)) team.join(helper);
  try {
    return await sum;
  } finally {
    await team.release();
  }
}

// In the course of a reduction the rest of a matrix has every size: its blocks of columns are many, fewer than there are
// parts, and none.
test.each([
  [592, 592],
  [601, 601],
  [590, 645],
  [700, 586],
  [960, 590],
  [300, 299],
])(
  "of a %i × %i matrix every number of threads computes the same digits, time after time",
  async (rows, columns) => {
    const matrix = pseudoNormals(rows * columns, 21);
    const expected = singularValueSum(matrix.slice(), rows, columns);
    for (const count of [1, 2, 3, 4]) {
      for (let round = 0; round < 4; round++) {
        expect(await sumByTeam(count, matrix.slice(), rows, columns)).toBe(expected);
      }
    }
  },
);

test("a large matrix and a small one take turns in the same memory", async () => {
  for (const size of [600, 20, 601]) {
    const matrix = pseudoNormals(size * size, size);
    const expected = singularValueSum(matrix.slice(), size, size);
    expect(await sumByTeam(2, matrix.slice(), size, size)).toBe(expected);
    expect(await nuclearNorm(matrix.slice(), size, size)).toBe(expected);
  }
});

test("a team that lost a helper fails at once, whatever the others wait for", async () => {
  const [leader, helper, lost] = [
    new DecompositionThread(),
    new DecompositionThread(),
    new DecompositionThread(),
  ];
  const size = 600;
  const team = new DecompositionTeam(leader, size, size);
  const sum = team.sumSingularValues(pseudoNormals(size * size, 22));
  for (const thread of [helper, lost]) team.join(thread);
  await lost.end();
  await expect(sum).rejects.toThrow("the thread has ended");
  expect(await team.release()).toEqual([]);
});

test("a value that is not finite is the team's error", async () => {
  const team = new DecompositionTeam(new DecompositionThread(), 50, 50);
  const sum = team.sumSingularValues(new Float64Array(50 * 50).fill(Number.POSITIVE_INFINITY));
  team.join(new DecompositionThread());
  await expect(sum).rejects.toThrow("not finite");
  expect(await team.release()).toEqual([]);
});
