import { expect, test } from "vitest";
import { quasiVariances } from "@/lib/statistics/quasi-variances";

/** A symmetric matrix from its rows under the diagonal. */
function symmetric(rows: readonly (readonly number[])[]): Float64Array {
  const n = rows.length + 1;
  const matrix = new Float64Array(n * n);
  rows.forEach((row, above) => {
    row.forEach((value, j) => {
      matrix[(above + 1) * n + j] = value;
      matrix[j * n + above + 1] = value;
    });
  });
  return matrix;
}

test("of the ship damage data are those that Firth & de Menezes publish", () => {
  // Variances of differences of the five types' effects, from McCullagh & Nelder's overdispersed Poisson model; the
  // quasi standard errors are those of the R package qvcalc.
  const variances = symmetric([
    [0.0533314],
    [0.1830892, 0.1508142],
    [0.1427821, 0.1181319, 0.2490641],
    [0.0940863, 0.066571, 0.1948519, 0.1594968],
  ]);
  const published = [0.201, 0.1127, 0.3753, 0.3239, 0.2322];
  quasiVariances(variances, 5).forEach((variance, type) => {
    expect(Math.sqrt(variance)).toBeCloseTo(published[type]!, 4);
  });
});

test("of three arms add up exactly", () => {
  const [q1, q2, q3] = quasiVariances(symmetric([[0.5], [0.9, 1.2]]), 3) as unknown as [
    number,
    number,
    number,
  ];
  expect([q1 + q2, q1 + q3, q2 + q3]).toEqual([0.5, 0.9, 1.2].map((sum) => expect.closeTo(sum, 9)));
});

test("are never negative, and an arm with a large variance does not affect the others", () => {
  // With variances that cannot add up, 0.1 + 0.2 < 0.9, one is next to nothing.
  for (const variance of quasiVariances(symmetric([[0.1], [0.2, 0.9]]), 3))
    expect(variance).toBeGreaterThan(0);
  const far = quasiVariances(symmetric([[0.02], [400.01, 400.01]]), 3);
  expect([...far]).toEqual([expect.closeTo(0.01, 6), expect.closeTo(0.01, 6), expect.closeTo(400, 2)]);
  expect([...quasiVariances(symmetric([[0.3]]), 2)]).toEqual([0.15, 0.15]);
});
