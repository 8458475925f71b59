/** Reproducible, roughly normal test data without a random generator: sums of incommensurable sines. */
export function pseudoNormals(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    let sum = 0;
    for (let k = 1; k <= 6; k++) {
      const s = Math.sin(12.9898 * (i + 1) * k + 78.233 * seed * k * k) * 43758.5453;
      sum += s - Math.floor(s) - 0.5;
    }
    return sum * Math.SQRT2;
  });
}
