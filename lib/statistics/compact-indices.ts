/** Renumbering of indices, so that arrays over them have no gaps. */

/**
 * Non-negative whole numbers renumbered 0 … count - 1 in order of appearance, and the count.
 */
export function compactIndices(indices: ArrayLike<number>): [Int32Array, number] {
  let largest = -1;
  for (let i = 0; i < indices.length; i++) largest = Math.max(largest, indices[i]!);
  const compact = new Int32Array(indices.length);
  let count = 0;
  // A table is several times faster than a map, but must not be much longer than the number of its entries.
  if (largest < 16 * indices.length) {
    const numberOf = new Int32Array(largest + 1);
    for (let i = 0; i < indices.length; i++) {
      const key = indices[i]!;
      if (numberOf[key] === 0) numberOf[key] = ++count;
      compact[i] = numberOf[key]! - 1;
    }
  } else {
    const numberOf = new Map<number, number>();
    for (let i = 0; i < indices.length; i++) {
      const key = indices[i]!;
      const known = numberOf.get(key);
      if (known === undefined) numberOf.set(key, count);
      compact[i] = known ?? count++;
    }
  }
  return [compact, count];
}
