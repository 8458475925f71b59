/** Float32 numbers as WGSL writes them. */

/** The largest finite float32. */
export const largestFloat = 3.4028234663852886e38;

/** @param value finite in float32: WGSL writes no others */
export function floatLiteral(value: number): string {
  const rounded = Math.fround(value);
  const text = `${Object.is(rounded, -0) ? "-0" : rounded}f`;
  return text.startsWith("-") ? `(${text})` : text;
}
