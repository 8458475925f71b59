import { afterAll, expect, test } from "vitest";
import { DecompositionThread, withThreads } from "@/lib/metrics/linear-algebra/decomposition-threads";
import { nuclearNorm, nuclearNormByTeam } from "@/lib/metrics/linear-algebra/nuclear-norm";
import { prepareReductionMemory } from "@/lib/metrics/linear-algebra/reduction-memory";
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

// Blocks of columns: none but one, fewer than there are parts, one more, and many; full ones and not.
test.each([
  [12, 5],
  [30, 24],
  [33, 33],
  [41, 40],
  [40, 41],
  [129, 127],
  [200, 60],
  [231, 230],
])(
  "of a %i × %i matrix every number of threads computes the same digits, time after time",
  async (rows, columns) => {
    const matrix = pseudoNormals(rows * columns, 21);
    const expected = singularValueSum(matrix.slice(), rows, columns);
    for (const count of [1, 2, 3, 4]) {
      const [leader, ...others] = threads;
      const team = [leader, ...others.slice(0, count - 1)] as const;
      for (let round = 0; round < 8; round++) {
        expect(await nuclearNormByTeam(team, matrix.slice(), rows, columns)).toBe(expected);
      }
    }
  },
);

test("a large matrix and a small one take turns in the same memory", async () => {
  for (const size of [600, 20, 601]) {
    const matrix = pseudoNormals(size * size, size);
    const expected = singularValueSum(matrix.slice(), size, size);
    expect(await nuclearNormByTeam([threads[0], threads[1]], matrix.slice(), size, size)).toBe(expected);
    expect(await nuclearNorm(matrix.slice(), size, size)).toBe(expected);
  }
});

test("a value that is not finite is an error of the team, and all of its threads come free", async () => {
  const [leader, helper] = threads;
  const broken = new Float64Array(50 * 50).fill(Number.POSITIVE_INFINITY);
  await expect(nuclearNormByTeam([leader, helper], broken, 50, 50)).rejects.toThrow("not finite");
  const one = new Float64Array(50 * 50);
  one[0] = 3;
  expect(await nuclearNormByTeam([leader, helper], one, 50, 50)).toBeCloseTo(3, 13);
});

test("a team that lost a thread fails, and threads are there for the next matrix", async () => {
  const lost = withThreads(2, async (team) => {
    const { memory } = team[0];
    prepareReductionMemory(memory, 9, 9);
    // All of them help with steps that nobody leads: they would wait for ever.
    const answers = team.map((thread, i) =>
      thread.ask({ matrix: null, rows: 9, columns: 9, memory, place: i + 1 }),
    );
    await Promise.all([...answers, team.at(-1)!.end()]);
  });
  await expect(lost).rejects.toThrow("the thread has ended");
  const size = 600;
  const matrix = pseudoNormals(size * size, 22);
  expect(await nuclearNorm(matrix.slice(), size, size)).toBe(singularValueSum(matrix, size, size));
});
