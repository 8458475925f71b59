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
    // Open addressing: a Map of this size costs ten times as much, most of it in the collector of garbage.
    const bits = Math.ceil(Math.log2(2 * indices.length + 1));
    const keyAt = new Float64Array(2 ** bits).fill(-1);
    const numberAt = new Int32Array(keyAt.length);
    for (let i = 0; i < indices.length; i++) {
      const key = indices[i]!;
      // The upper half of a large key counts as well.
      let at = Math.imul((key % 2 ** 32) ^ (key / 2 ** 32), 0x9e3779b1) >>> (32 - bits);
      while (keyAt[at] !== -1 && keyAt[at] !== key) at = (at + 1) % keyAt.length;
      if (keyAt[at] === -1) {
        keyAt[at] = key;
        numberAt[at] = count++;
      }
      compact[i] = numberAt[at]!;
    }
  }
  return [compact, count];
}
