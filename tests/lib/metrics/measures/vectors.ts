/** Features from rows of numbers. */
export const vectors = (...rows: number[][]) => ({
  count: rows.length,
  dims: rows[0]!.length,
  values: Float32Array.from(rows.flat()),
});
