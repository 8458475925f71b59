import { expect, test } from "vitest";
import { nuclearNorm } from "@/lib/metrics/linear-algebra/nuclear-norm";
import { singularValueSum } from "@/lib/metrics/linear-algebra/singular-value-sum";
import { pseudoNormals } from "../pseudo-normals";

const [rows, columns] = [300, 280];

test("from threads, more matrices than there are cores, is what one computes here", async () => {
  const matrices = Array.from({ length: 9 }, (_, i) => pseudoNormals(rows * columns, i + 1));
  const expected = matrices.map((matrix) => singularValueSum(Float64Array.from(matrix), rows, columns));
  const computed = await Promise.all(
    matrices.map((matrix) => nuclearNorm(Float64Array.from(matrix), rows, columns)),
  );
  expect(computed).toEqual(expected);
});

test("of a large matrix leaves this thread free while it is computed", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await nuclearNorm(Float64Array.from(pseudoNormals(700 * 700, 3)), 700, 700);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
});

test("that fails in the thread is an error here, and the next one is computed", async () => {
  const broken = new Float64Array(rows * columns).fill(Number.NaN);
  await expect(nuclearNorm(broken, rows, columns)).rejects.toMatchObject({ code: "internal" });
  const one = new Float64Array(rows * columns);
  one[0] = 3;
  expect(await nuclearNorm(one, rows, columns)).toBeCloseTo(3, 13);
});
